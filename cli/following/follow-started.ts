import { defined } from "../../src/domain/defined.js";
import type { Ostinato } from "../../src/client/connection/ostinato.js";
import type { StartedExperiment } from "../../src/client/start/start-experiment.js";
import type { ExitCode } from "../exit-codes.js";
import { exitCodes } from "../exit-codes.js";
import { followToEnd } from "./follow-to-end.js";
import { jsonLine } from "../output/format/json.js";
import { shellWord } from "../../src/domain/shell-word.js";
import type { Terminal } from "../output/terminal/terminal.js";
import { noWorker, withWorker } from "./with-worker.js";

export interface StartedFollowing {
  readonly ostinato: Ostinato;
  readonly started: StartedExperiment;
  readonly json: boolean;
  readonly detach: boolean;
  /** Folder in which a finished run is looked up if the server has forgotten it. */
  readonly dataFolder?: string;
  /** Folder to which the files of a batch run's result are copied at the end. */
  readonly copyResultTo?: string;
}

/** Ensures that a worker is running, then follows the experiment or, with `detach`, returns. */
export async function followStarted(
  following: StartedFollowing,
  terminal: Terminal,
): Promise<ExitCode> {
  const { ostinato, started, json, detach } = following;
  const { name, finished } = started;
  const ending = defined({ copyResultTo: following.copyResultTo });
  if (finished) return await sayFinished(following, terminal);
  sayStarted(started, detach, terminal);
  const role = detach ? "background" : "child";
  return await withWorker(ostinato, { name, role, terminal }, async (atWork) => {
    if (!detach) return await followToEnd({ ostinato, name, json, ...ending, ...atWork }, terminal);
    terminal.talk(`Follow it with \`ostinato follow ${shellWord(name)}\`.`);
    await terminal.data(json ? jsonLine({ type: "started", ...started }) : name);
    return exitCodes.done;
  });
}

/** The end of the earlier run, which needs no worker. */
async function sayFinished(
  { ostinato, started, json, detach, dataFolder, copyResultTo }: StartedFollowing,
  terminal: Terminal,
): Promise<ExitCode> {
  const { name } = started;
  if (!detach) {
    const places = defined({ dataFolder, copyResultTo });
    return await followToEnd({ ostinato, name, json, ...places, ...noWorker }, terminal);
  }
  await terminal.data(json ? jsonLine({ type: "started", ...started }) : name);
  return exitCodes.done;
}

function sayStarted(started: StartedExperiment, detach: boolean, { talk }: Terminal): void {
  const { name, alreadyRunning, webUi = "" } = started;
  const following = detach ? "" : "; following it";
  const line = alreadyRunning ? `${name} is already running${following}.` : `${name} has started.`;
  talk(`${line} ${webUi}`.trimEnd());
}
