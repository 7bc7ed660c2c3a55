import type { SteerWatch } from "../../src/client/watch/steer-watch.js";
import type { StartedWatch } from "../../src/client/watch/start-watch.js";
import { watchedRunSettingNames } from "../../src/settings/options/options.js";
import { pauseWatch, resumeWatch, stopWatch } from "../../src/client/watch/steer-watch.js";
import { startWatch } from "../../src/client/watch/start-watch.js";
import { UserError } from "../../src/domain/failure/user-error.js";
import { watchStatus } from "../../src/client/watch/watch-status.js";
import type { CliCommand, Invocation } from "../command-line/command.js";
import type { ExitCode } from "../exit-codes.js";
import { exitCodes } from "../exit-codes.js";
import { followWatchToEnd, watchCommand } from "../following/follow-watch-to-end.js";
import { jsonLine } from "../output/format/json.js";
import { renderWatch } from "../output/progress/render-watch.js";
import type { Terminal } from "../output/terminal/terminal.js";
import { settle } from "../following/settle.js";
import { withOstinato } from "../following/with-ostinato.js";
import { noWorker, withWorker } from "../following/with-worker.js";
import type { AtWork } from "../following/with-worker.js";

const ownSettings = ["dataFolder", "json"] as const;
const settings = [
  ...watchedRunSettingNames,
  "dataFolder",
  "concurrent",
  "once",
  "detach",
  "json",
] as const;

type Action = (invocation: Invocation) => Promise<ExitCode>;

const actions: ReadonlyMap<string, Action> = new Map([
  ["follow", followFolder],
  ["status", showStatus],
  ["pause", steering(pauseWatch, "starts no more experiments; those that run go on")],
  ["resume", steering(resumeWatch, "starts experiments again")],
  ["stop", steering(stopWatch, "is watched no more; experiments that run go on")],
]);

export const watch: CliCommand = {
  settings,
  async run(invocation) {
    const [name] = invocation.arguments;
    if (name === undefined) return await start(invocation);
    const action = actions.get(name);
    if (action) return await action(invocation);
    throw new UserError(
      `Expected \`watch\` with one of ${[...actions.keys()].join(", ")} or with nothing, got \`watch ${name}\`.`,
    );
  },
};

async function start(invocation: Invocation): Promise<ExitCode> {
  const { terminal } = invocation;
  const { detach, json, ...given } = settle(invocation, settings);
  return await withOstinato(terminal, async (ostinato) => {
    const started = await startWatch(ostinato, given);
    const { dataFolder, workflowId: watchId, alreadyRunning } = started;
    sayStarted(started, detach, terminal);
    const role = detach ? "background" : "child";
    return await withWorker(ostinato, { watchId, dataFolder, role, terminal }, async (atWork) => {
      if (!detach) {
        const following = { ostinato, dataFolder, json, isNew: !alreadyRunning, ...atWork };
        return await followWatchToEnd(following, terminal);
      }
      terminal.talk(`Follow it with \`${watchCommand("follow", dataFolder, terminal)}\`.`);
      await terminal.data(json ? jsonLine({ type: "watching", ...started }) : dataFolder);
      return exitCodes.done;
    });
  });
}

function sayStarted(started: StartedWatch, detach: boolean, { talk }: Terminal): void {
  const { dataFolder, alreadyRunning, webUi = "" } = started;
  const following = detach ? "" : "; this follows it";
  const line = alreadyRunning
    ? `${dataFolder} is watched already${following}.`
    : `Watching ${dataFolder}/input.`;
  talk(`${line} ${webUi}`.trimEnd());
}

async function followFolder(invocation: Invocation): Promise<ExitCode> {
  const { terminal } = invocation;
  const { dataFolder: folder, json } = settle(invocation, ownSettings);
  return await withOstinato(terminal, async (ostinato) => {
    const status = await watchStatus(ostinato, { dataFolder: folder });
    const { dataFolder, workflowId: watchId, finishedAt } = status;
    const toEnd = async (atWork: AtWork) =>
      await followWatchToEnd({ ostinato, dataFolder, json, isNew: false, ...atWork }, terminal);
    // A watch that is over needs no worker.
    if (finishedAt !== undefined) return await toEnd(noWorker);
    return await withWorker(ostinato, { watchId, dataFolder, role: "child", terminal }, toEnd);
  });
}

async function showStatus(invocation: Invocation): Promise<ExitCode> {
  const { terminal } = invocation;
  const { dataFolder, json } = settle(invocation, ownSettings);
  const status = await withOstinato(terminal, (ostinato) => watchStatus(ostinato, { dataFolder }));
  await terminal.data(
    json ? jsonLine(status) : renderWatch(status, terminal.dataScreen, Date.now()),
  );
  return exitCodes.done;
}

function steering(steer: SteerWatch, what: string): Action {
  return async (invocation) => {
    const { terminal } = invocation;
    const { dataFolder } = settle(invocation, ["dataFolder"]);
    const watched = await withOstinato(terminal, (ostinato) => steer(ostinato, { dataFolder }));
    terminal.talk(`${watched} ${what}.`);
    return exitCodes.done;
  };
}
