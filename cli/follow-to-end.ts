import type { ExperimentStatus, Ostinato } from "../src/index.js";
import { followExperiment, isOver, summarizeFile, verdictsOf } from "../src/index.js";
import type { ExitCode } from "./exit-codes.js";
import { exitCodes } from "./exit-codes.js";
import { jsonLine } from "./output/json.js";
import type { Progress } from "./output/progress.js";
import { createProgress } from "./output/progress.js";
import { renderSummary } from "./output/render-summary.js";
import { renderVerdicts } from "./output/render-verdicts.js";
import { shellWord } from "./output/shell-word.js";
import type { Terminal } from "./output/terminal.js";
import { untilInterrupted } from "./until-interrupted.js";

export interface Following {
  readonly ostinato: Ostinato;
  readonly name: string;
  /** Where the run is looked for if the server has forgotten it. */
  readonly dataFolder?: string;
  readonly json: boolean;
  /** Its worker ends with this process. */
  readonly workerIsOurs: boolean;
}

/** Shows an experiment until it is over, until nothing but blocked records is left, or until Ctrl-C. */
export async function followToEnd(following: Following, terminal: Terminal): Promise<ExitCode> {
  const progress = following.json ? jsonProgress(terminal) : createProgress(terminal);
  const interruption = untilInterrupted();
  let latest: ExperimentStatus | undefined;
  try {
    const statuses = followExperiment(following.ostinato, following.name, {
      signal: interruption.signal,
      ...(following.dataFolder !== undefined && { dataFolder: following.dataFolder }),
      onNotice: progress.notice,
    });
    for await (const status of statuses) {
      latest = status;
      progress.show(status);
      if (following.json) await terminal.data(jsonLine({ type: "status", ...status }));
      if (status.state === "blocked") break;
    }
  } finally {
    progress.end();
    interruption.stop();
  }
  if (latest && (isOver(latest.state) || latest.state === "blocked")) {
    return await sayEnd(latest, following, terminal);
  }
  return sayDetached(following, terminal);
}

function jsonProgress({ talk }: Terminal): Progress {
  return { show: () => undefined, notice: talk, end: () => undefined };
}

function sayDetached({ name, workerIsOurs }: Following, { talk }: Terminal): ExitCode {
  const follow = `ostinato follow ${shellWord(name)}`;
  talk(
    workerIsOurs
      ? `Detached. ${name} waits from now on, as its worker ends with this command: \`${follow}\` goes on with it, and so does \`ostinato up\`.`
      : `Detached. ${name} goes on; come back with \`${follow}\`.`,
  );
  return exitCodes.done;
}

async function sayEnd(
  status: ExperimentStatus,
  { json }: Following,
  terminal: Terminal,
): Promise<ExitCode> {
  const { completedFile } = status;
  const summary = completedFile === undefined ? undefined : await summarizeFile(completedFile);
  const verdicts = await verdictsOf(status);
  if (json) {
    await terminal.data(jsonLine({ type: "summary", ...status, summary, verdicts }));
  } else {
    renderSummary(status, summary, terminal.talkScreen).forEach(terminal.talk);
    if (verdicts) terminal.talk(renderVerdicts(verdicts));
    if (completedFile !== undefined) await terminal.data(completedFile);
  }
  if (status.state === "blocked") return exitCodes.blocked;
  const isWhole = status.state !== "failed" && status.failed === 0;
  return isWhole ? exitCodes.done : exitCodes.someFailed;
}
