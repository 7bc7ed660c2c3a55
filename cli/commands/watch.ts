import type { SteerWatch } from "../../src/index.js";
import {
  ensureWorker,
  pauseWatch,
  resumeWatch,
  startWatch,
  stopWatch,
  UserError,
  watchedRunSettingNames,
  watchStatus,
} from "../../src/index.js";
import type { CliCommand, Invocation } from "../command.js";
import type { ExitCode } from "../exit-codes.js";
import { exitCodes } from "../exit-codes.js";
import { followWatchToEnd, watchCommand } from "../follow-watch-to-end.js";
import { jsonLine } from "../output/json.js";
import { renderWatch } from "../output/render-watch.js";
import { settle } from "../settle.js";
import { withOstinato } from "../with-ostinato.js";

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

const actions: Readonly<Record<string, Action>> = {
  follow: followFolder,
  status: showStatus,
  pause: (invocation) =>
    steer(invocation, pauseWatch, "starts no more experiments; those that run go on"),
  resume: (invocation) => steer(invocation, resumeWatch, "starts experiments again"),
  stop: (invocation) =>
    steer(invocation, stopWatch, "is watched no more; experiments that run go on"),
};

export const watch: CliCommand = {
  settings,
  async run(invocation) {
    const [name] = invocation.arguments;
    if (name === undefined) return await start(invocation);
    const action = actions[name];
    if (action) return await action(invocation);
    throw new UserError(
      `Expected \`watch\` with one of ${Object.keys(actions).join(", ")} or with nothing, got \`watch ${name}\`.`,
    );
  },
};

async function start(invocation: Invocation): Promise<ExitCode> {
  const { terminal } = invocation;
  const { detach, json, ...given } = settle(invocation, settings);
  return await withOstinato(terminal, async (ostinato) => {
    const started = await startWatch(ostinato, given);
    const { dataFolder, alreadyRunning, workflowId, webUi } = started;
    const where = webUi === undefined ? "" : ` ${webUi}`;
    terminal.talk(
      alreadyRunning
        ? `${dataFolder} is watched already${detach ? "" : "; this follows it"}.${where}`
        : `Watching ${dataFolder}/input.${where}`,
    );
    const worker = await ensureWorker(ostinato, {
      watchId: workflowId,
      role: detach ? "background" : "child",
      onNotice: terminal.talk,
    });
    try {
      if (!detach) {
        const following = { ostinato, dataFolder, json, isNew: !alreadyRunning };
        return await followWatchToEnd({ ...following, workerIsOurs: worker.started }, terminal);
      }
      terminal.talk(`Follow it with \`${watchCommand("follow", dataFolder, terminal)}\`.`);
      await terminal.data(json ? jsonLine({ type: "watching", ...started }) : dataFolder);
      return exitCodes.done;
    } finally {
      await worker.stop();
    }
  });
}

async function followFolder(invocation: Invocation): Promise<ExitCode> {
  const { terminal } = invocation;
  const { dataFolder: folder, json } = settle(invocation, ownSettings);
  return await withOstinato(terminal, async (ostinato) => {
    const { dataFolder, workflowId, finishedAt } = await watchStatus(ostinato, {
      dataFolder: folder,
    });
    // A watch that is over needs no worker.
    const worker =
      finishedAt === undefined
        ? await ensureWorker(ostinato, {
            watchId: workflowId,
            role: "child",
            onNotice: terminal.talk,
          })
        : undefined;
    try {
      const workerIsOurs = worker?.started ?? false;
      return await followWatchToEnd(
        { ostinato, dataFolder, json, isNew: false, workerIsOurs },
        terminal,
      );
    } finally {
      await worker?.stop();
    }
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

async function steer(
  invocation: Invocation,
  steerWatch: SteerWatch,
  what: string,
): Promise<ExitCode> {
  const { terminal } = invocation;
  const { dataFolder } = settle(invocation, ["dataFolder"]);
  const watched = await withOstinato(terminal, (ostinato) => steerWatch(ostinato, { dataFolder }));
  terminal.talk(`${watched} ${what}.`);
  return exitCodes.done;
}
