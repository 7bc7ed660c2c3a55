import { defined } from "../../src/domain/defined.js";
import type { ExperimentStatus } from "../../src/client/status/status.js";
import type { Ostinato } from "../../src/client/connection/ostinato.js";
import { followExperiment } from "../../src/client/status/follow-experiment.js";
import { isOver } from "../../src/client/status/status.js";
import { summarizeRun } from "../../src/client/answers/summarize-run.js";
import { verdictsOf } from "../../src/client/answers/verdicts-of.js";
import type { ExitCode } from "../exit-codes.js";
import { exitCodes } from "../exit-codes.js";
import { jsonLine } from "../output/format/json.js";
import { createProgress, noticesAlone } from "../output/progress/progress.js";
import type { Progress } from "../output/progress/progress.js";
import { renderSummary } from "../output/render/render-summary.js";
import { renderVerdicts } from "../output/render/render-verdicts.js";
import { isShort } from "../output/format/accepted-text.js";
import { shellWord } from "../../src/domain/shell-word.js";
import type { Terminal } from "../output/terminal/terminal.js";
import { sayBatchResult } from "./say-batch-result.js";
import { followKeys } from "./keys/follow-keys.js";
import type { FollowKeys } from "./keys/follow-keys.js";
import { sayDetached } from "./say-detached.js";
import type { AtWork } from "./with-worker.js";

export interface Following extends AtWork {
  readonly ostinato: Ostinato;
  readonly name: string;
  /** Folder in which the run is looked up if the server has forgotten it. */
  readonly dataFolder?: string;
  readonly json: boolean;
  /** Start a worker if none answers. @default true */
  readonly keepWorker?: boolean;
  /** Folder to which the files of a batch run's result are copied at the end. */
  readonly copyResultTo?: string;
}

/** Shows an experiment until it ends, until only blocked records remain, or until Ctrl-C. */
export async function followToEnd(following: Following, terminal: Terminal): Promise<ExitCode> {
  const { status, isDetached, retries } = await show(following, terminal);
  if (status?.state === "finished" && status.failed > 0 && retries) {
    return await retryToEnd(following, terminal);
  }
  if (status && (isOver(status.state) || status.state === "blocked")) {
    return await sayEnd(status, following, terminal);
  }
  return await leave(following, { isDetached, retries }, terminal);
}

async function leave(
  following: Following,
  { isDetached, retries }: Omit<Shown, "status">,
  terminal: Terminal,
): Promise<ExitCode> {
  const { name: what, keepRunning } = following;
  if (isDetached && following.workerIsOurs) terminal.talk("Starting a worker in the background …");
  const isKept = isDetached && (await keepRunning());
  const workerIsOurs = following.workerIsOurs && !isKept;
  const word = shellWord(what);
  if (retries) {
    const later = `Use \`ostinato retry-failed ${word}\` after its end.`;
    terminal.talk(`Detached, so the failed records are not sent again by themselves. ${later}`);
  }
  return sayDetached({ what, follow: `ostinato follow ${word}`, workerIsOurs }, terminal);
}

interface Shown {
  /** The last status. */
  readonly status: ExperimentStatus | undefined;
  /** True if the user has detached by a key. */
  readonly isDetached: boolean;
  /** True if the user wants failed records to be sent again. */
  readonly retries: boolean;
}

async function show(following: Following, terminal: Terminal): Promise<Shown> {
  const progress: Progress = following.json ? noticesAlone(terminal) : createProgress(terminal);
  let latest: ExperimentStatus | undefined;
  const detaching = new AbortController();
  const keys = keysOf(following, { progress, latest: () => latest, detaching }, terminal);
  try {
    const statuses = followExperiment(following.ostinato, following.name, {
      signal: AbortSignal.any([following.signal, detaching.signal]),
      ...defined({ dataFolder: following.dataFolder, keepWorker: following.keepWorker }),
      onNotice: progress.notice,
    });
    for await (const status of statuses) {
      latest = status;
      keys?.show();
      progress.show(status);
      if (following.json) await terminal.data(jsonLine({ type: "status", ...status }));
      // A request on its way may end the block.
      if (status.state === "blocked" && status.asked === undefined) break;
    }
  } finally {
    keys?.stop();
    progress.end();
  }
  const isDetached = detaching.signal.aborted;
  return { status: latest, isDetached, retries: keys?.retriesFailed() === true };
}

interface Steered {
  readonly progress: Progress;
  readonly latest: () => ExperimentStatus | undefined;
  readonly detaching: AbortController;
}

/** The keys of a live view, if there is a keyboard too. */
function keysOf(
  { ostinato, name }: Following,
  { progress, latest, detaching }: Steered,
  { keyboard }: Terminal,
): FollowKeys | undefined {
  const { setView, notice } = progress;
  if (!setView || keyboard?.isTTY !== true) return undefined;
  const detach = (): void => detaching.abort();
  return followKeys({ ostinato, name, latest, notice, setView, detach }, keyboard);
}

/** Sends the failed records of an ended experiment again, and follows that run. */
async function retryToEnd(following: Following, terminal: Terminal): Promise<ExitCode> {
  const { ostinato, name, dataFolder } = following;
  const { retryFailed } = await import("../../src/client/start/retry-failed.js");
  terminal.talk(`The failed records of ${name} are sent again.`);
  await retryFailed(ostinato, name, defined({ dataFolder }));
  return await followToEnd(following, terminal);
}

async function sayEnd(
  status: ExperimentStatus,
  { json, copyResultTo }: Following,
  terminal: Terminal,
): Promise<ExitCode> {
  const summary = await summarizeRun(status);
  const verdicts = await verdictsOf(status);
  if (json) {
    await terminal.data(jsonLine({ type: "summary", ...status, summary, verdicts }));
  } else {
    renderSummary(status, summary, terminal.talkScreen).forEach(terminal.talk);
    if (verdicts) terminal.talk(renderVerdicts(verdicts, terminal.talkScreen.columns));
  }
  const batch = await sayBatchResult(status, { json, copyResultTo }, terminal);
  if (!json && !batch && status.completedFile !== undefined) {
    await terminal.data(status.completedFile);
  }
  return codeOf(status, batch?.isWhole);
}

/** @param isWhole of the result of a batch run */
function codeOf(status: ExperimentStatus, isWhole = true): ExitCode {
  if (status.state === "blocked") return exitCodes.blocked;
  // Failed candidates are made up for by others.
  const isMet = status.acceptedRows ? !isShort(status) : status.failed === 0;
  return status.state !== "failed" && isMet && isWhole ? exitCodes.done : exitCodes.someFailed;
}
