/** Estimates the tokens of future answers from the answers of earlier runs. */
import { join } from "node:path";
import { isJsonObject } from "../../domain/json/json.js";
import { workOf } from "../../domain/plan/call-work.js";
import { addEvidence, noEvidence } from "../../domain/plan/evidence.js";
import type { AnsweredRecord, Evidence } from "../../domain/plan/evidence.js";
import type { Known } from "../../domain/plan/token-estimate.js";
import { targetOf } from "../../domain/record/prompt-record.js";
import type { PromptRecord } from "../../domain/record/prompt-record.js";
import { completedLines } from "../../storage/completed/completed-lines.js";
import { parseRecord } from "../../storage/input/parse-record.js";
import { newestRuns } from "../../storage/run/newest-runs.js";
import type { FinishedRun } from "../../storage/run/newest-runs.js";
import type { OpenedProviders } from "../../providers/registry/open-providers.js";
import type { PromptMeter } from "./prompt-meter.js";

export interface EvidenceSearch {
  /** Name of the experiment. Its own runs are the best evidence. */
  readonly name: string;
  readonly dataFolder: string;
  /** `<api>/<model>` of the calls to estimate. */
  readonly targets: ReadonlySet<string>;
  readonly meter: PromptMeter;
  readonly tokensOf: OpenedProviders["tokensOf"];
}

/** Maximum number of runs to read. The newest runs are sufficient. */
const mostRuns = 5;
const mostRunsLookedAt = 200;
const mostLines = 2_000;
const mostAnswersOfTarget = 500;

/**
 * Reads the newest finished runs that asked the same models. Runs of the experiment itself take
 * precedence over runs of others. Models without an earlier answer are absent.
 */
export async function readEvidence(search: EvidenceSearch): Promise<ReadonlyMap<string, Known>> {
  const { own, others } = await findRuns(search);
  const known = new Map<string, Known>();
  for (const [target, evidence] of await evidenceOf(others, search)) {
    known.set(target, { basis: "other-experiments", evidence });
  }
  for (const [target, evidence] of await evidenceOf(own, search)) {
    known.set(target, { basis: "same-experiment", evidence });
  }
  return known;
}

interface FoundRuns {
  /** Completed files of runs of the experiment, newest first. */
  readonly own: readonly string[];
  readonly others: readonly string[];
}

async function findRuns({ name, dataFolder, targets }: EvidenceSearch): Promise<FoundRuns> {
  const output = join(dataFolder, "output");
  const isAlike = ({ manifest }: FinishedRun): boolean =>
    manifest.targets.some((target) => targets.has(target));
  const isOwn = ({ manifest }: FinishedRun): boolean => manifest.settings.name === name;
  return {
    own: await firstOf(newestRuns({ output, name }), (run) => isOwn(run) && isAlike(run)),
    others: await firstOf(newestRuns({ output }), (run) => !isOwn(run) && isAlike(run)),
  };
}

/** Returns the completed files of the newest runs that are wanted. */
async function firstOf(
  runs: AsyncIterable<FinishedRun>,
  isWanted: (run: FinishedRun) => boolean,
): Promise<readonly string[]> {
  const found: string[] = [];
  let looked = 0;
  for await (const run of runs) {
    looked += 1;
    if (isWanted(run)) found.push(run.completedFile);
    if (found.length === mostRuns || looked === mostRunsLookedAt) break;
  }
  return found;
}

async function evidenceOf(
  files: readonly string[],
  search: EvidenceSearch,
): Promise<ReadonlyMap<string, Evidence>> {
  const found = new Map<string, Evidence>();
  for (const file of files) {
    try {
      await readRun(file, search, found);
    } catch {
      // The plan does without a file that was deleted or edited.
    }
  }
  return found;
}

async function readRun(
  file: string,
  { targets, meter, tokensOf }: EvidenceSearch,
  found: Map<string, Evidence>,
): Promise<void> {
  let count = 0;
  for await (const { text } of completedLines(file)) {
    count += 1;
    if (count > mostLines) return;
    const parsed = parseRecord(text);
    if ("problems" in parsed) continue;
    const { record } = parsed;
    const target = targetOf(record);
    const before = found.get(target) ?? noEvidence;
    if (!targets.has(target) || before.output.count >= mostAnswersOfTarget) continue;
    const answered = answeredRecord(record, { meter, tokensOf });
    if (answered) found.set(target, addEvidence(before, answered));
  }
}

function answeredRecord(
  record: PromptRecord,
  { meter, tokensOf }: Pick<EvidenceSearch, "meter" | "tokensOf">,
): AnsweredRecord | undefined {
  const { status, usage, latency_ms: latencyMs } = record;
  const counts =
    status === "completed" && isJsonObject(usage) ? tokensOf(record.api, usage) : undefined;
  const work = workOf(meter.measure(targetOf(record), record));
  if (!counts || work.calls === 0) return undefined;
  return { work, counts, ...(typeof latencyMs === "number" && { latencyMs }) };
}
