import type { CliCommand } from "../../command-line/command.js";
import { exitCodes } from "../../exit-codes.js";
import { settingsOf } from "../../command-line/settings-of.js";
import { withOstinato } from "../../following/with-ostinato.js";
import { jsonLine } from "../../output/format/json.js";
import { renderWatch } from "../../output/progress/render-watch.js";

const settings = ["dataFolder", "json"] as const;

export const status: CliCommand = {
  settings,
  async run(invocation) {
    const { terminal } = invocation;
    const { dataFolder, json } = settingsOf(invocation, settings);
    const watched = await withOstinato(terminal, async (ostinato) => {
      const { watchStatus } = await import("../../../src/client/watch/watch-status.js");
      return await watchStatus(ostinato, { dataFolder });
    });
    await terminal.data(
      json ? jsonLine(watched) : renderWatch(watched, terminal.dataScreen, Date.now()),
    );
    return exitCodes.done;
  },
};
