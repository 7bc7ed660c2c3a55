import type { StartedWatch } from "../../../src/client/watch/start-watch.js";
import { watchedRunSettingNames } from "../../../src/settings/options/options.js";
import type { CliCommand } from "../../command-line/command.js";
import { exitCodes } from "../../exit-codes.js";
import { settingsOf } from "../../command-line/settings-of.js";
import { watchCommand } from "../../following/watch-command.js";
import { withOstinato } from "../../following/with-ostinato.js";
import { withWorker } from "../../following/with-worker.js";
import { jsonLine } from "../../output/format/json.js";
import type { Terminal } from "../../output/terminal/terminal.js";

const settings = [
  ...watchedRunSettingNames,
  "dataFolder",
  "concurrent",
  "once",
  "detach",
  "json",
] as const;

export const watch: CliCommand = {
  settings,
  async run(invocation) {
    const { terminal } = invocation;
    const { detach, json, ...given } = settingsOf(invocation, settings);
    return await withOstinato(terminal, async (ostinato) => {
      const { startWatch } = await import("../../../src/client/watch/start-watch.js");
      const started = await startWatch(ostinato, given);
      const { dataFolder, workflowId: watchId, alreadyRunning } = started;
      sayStarted(started, detach, terminal);
      const role = detach ? "background" : "child";
      return await withWorker(ostinato, { watchId, dataFolder, role, terminal }, async (atWork) => {
        if (!detach) {
          const { followWatchToEnd } = await import("../../following/follow-watch-to-end.js");
          const following = { ostinato, dataFolder, json, isNew: !alreadyRunning, ...atWork };
          return await followWatchToEnd(following, terminal);
        }
        terminal.talk(`Follow it with \`${watchCommand("follow", dataFolder, terminal)}\`.`);
        await terminal.data(json ? jsonLine({ type: "watching", ...started }) : dataFolder);
        return exitCodes.done;
      });
    });
  },
};

function sayStarted(started: StartedWatch, detach: boolean, { talk }: Terminal): void {
  const { dataFolder, alreadyRunning, webUi = "" } = started;
  const following = detach ? "" : "; following it";
  const line = alreadyRunning
    ? `${dataFolder} is already watched${following}.`
    : `Watching ${dataFolder}/input.`;
  talk(`${line} ${webUi}`.trimEnd());
}
