import type { Ostinato, StartedExperiment } from "../src/index.js";
import { ensureWorker } from "../src/index.js";
import type { ExitCode } from "./exit-codes.js";
import { exitCodes } from "./exit-codes.js";
import { followToEnd } from "./follow-to-end.js";
import { jsonLine } from "./output/json.js";
import { shellWord } from "./output/shell-word.js";
import type { Terminal } from "./output/terminal.js";

export interface StartedFollowing {
  readonly ostinato: Ostinato;
  readonly started: StartedExperiment;
  readonly json: boolean;
  readonly detach: boolean;
}

/** Sees to it that a worker is there, then follows what was started, or leaves it to itself. */
export async function followStarted(
  { ostinato, started, json, detach }: StartedFollowing,
  terminal: Terminal,
): Promise<ExitCode> {
  const { name } = started;
  sayStarted(started, detach, terminal);
  const worker = await ensureWorker(ostinato, {
    name,
    role: detach ? "background" : "child",
    onNotice: terminal.talk,
  });
  try {
    if (!detach) {
      return await followToEnd({ ostinato, name, json, workerIsOurs: worker.started }, terminal);
    }
    terminal.talk(`Follow it with \`ostinato follow ${shellWord(name)}\`.`);
    await terminal.data(json ? jsonLine({ type: "started", ...started }) : name);
    return exitCodes.done;
  } finally {
    await worker.stop();
  }
}

function sayStarted(started: StartedExperiment, detach: boolean, { talk }: Terminal): void {
  const { name, alreadyRunning, webUi } = started;
  const where = webUi === undefined ? "" : ` ${webUi}`;
  const following = detach ? "" : "; this follows it";
  talk(
    alreadyRunning
      ? `${name} is running already${following}.${where}`
      : `${name} has started.${where}`,
  );
}
