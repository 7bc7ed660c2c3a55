import { defined } from "../../src/domain/defined.js";
import type { ExperimentStatus } from "../../src/client/status/status.js";
import type { Ostinato } from "../../src/client/connection/ostinato.js";
import { followExperiment } from "../../src/client/status/follow-experiment.js";
import { isOver } from "../../src/client/status/status.js";
import { summarizeFile } from "../../src/client/answers/summarize-file.js";
import { verdictsOf } from "../../src/client/answers/verdicts-of.js";
import type { ExitCode } from "../exit-codes.js";
import { exitCodes } from "../exit-codes.js";
import { jsonLine } from "../output/format/json.js";
import { createProgress, noticesAlone } from "../output/progress/progress.js";
import { renderSummary } from "../output/render/render-summary.js";
import { renderVerdicts } from "../output/render/render-verdicts.js";
import { shellWord } from "../output/format/shell-word.js";
import type { Terminal } from "../output/terminal/terminal.js";
import { sayDetached } from "./say-detached.js";
import type { AtWork } from "./with-worker.js";

export interface Following extends AtWork {
  readonly ostinato: Ostinato;
  readonly name: string;
  /** Folder in which the run is looked up if the server has forgotten it. */
  readonly dataFolder?: string;
  readonly json: boolean;
}

/** Shows an experiment until it ends, until only blocked records remain, or until Ctrl-C. */
export async function followToEnd(following: Following, terminal: Terminal): Promise<ExitCode> {
  const progress = following.json ? noticesAlone(terminal) : createProgress(terminal);
  let latest: ExperimentStatus | undefined;
  try {
    const statuses = followExperiment(following.ostinato, following.name, {
      signal: following.signal,
      ...defined({ dataFolder: following.dataFolder }),
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
  }
  if (latest && (isOver(latest.state) || latest.state === "blocked")) {
    return await sayEnd(latest, following, terminal);
  }
  const { name: what, workerIsOurs } = following;
  const follow = `ostinato follow ${shellWord(what)}`;
  return sayDetached({ what, follow, workerIsOurs }, terminal);
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
