import { readdir, rm } from "node:fs/promises";
import { randomBytes } from "node:crypto";
import { join } from "node:path";

import { defined } from "../../domain/defined.js";
import type {
  AcceptedRows,
  FinishedExperiment,
  MissingRecords,
} from "../../domain/experiment/experiment.js";
import { countsOfLine } from "../../domain/flow/count-line.js";
import { sumOfSpending } from "../../domain/money/spending.js";
import type { Spending } from "../../domain/money/spending.js";
import { StepTally } from "../../domain/graph/step-counts.js";
import type { LineScoring } from "../../domain/scores/line-scoring.js";
import type { Failure } from "../../domain/record/outcome.js";
import type { LogLine } from "../../domain/record/log-line.js";
import { addPosition, fewRanges } from "../../domain/experiment/ranges.js";
import type { Range } from "../../domain/experiment/ranges.js";
import { completedAsCsv } from "../completed/completed-csv.js";
import type { ScorerSetting } from "../../domain/scores/scorer-setting.js";
import { isThere } from "../files/is-there.js";
import { writeLogWhole } from "../log/log-files.js";
import type { OutcomeReader } from "../log/outcome-reader.js";
import { readJson } from "../files/read-json.js";
import { hasFlow } from "./kept-flow.js";
import { isRunMissing, runPaths } from "./run-folder.js";
import type { RunPaths } from "./run-folder.js";
import { outputLines } from "../completed/output-lines.js";
import type { OutputLine } from "../completed/output-lines.js";
import type { ReadOutcomesOptions, RunOutcomes } from "../log/run-outcomes.js";
import { readOutcomes, refreshOutcomes } from "../log/run-outcomes.js";
import type { RunResult } from "./run-result.js";
import { findSegmentResult } from "./run-result.js";
import { writeAtomically, writeJsonAtomically } from "../files/write-atomically.js";
import { writePipelineResult } from "../completed/pipeline-result.js";
import type { DescribePipeline } from "../completed/pipeline-result.js";
import { writeScores } from "./run-scores.js";
import { writeRunLog } from "../log/write-run-log.js";

/**
 * Finishes a run: seals it, reads the logs once more, and writes the completed file, the log for
 * users and the result, in this order. A process may die after any step; a repeated finish does the
 * missing steps. An existing completed file is final, because counts.json is written before the
 * file gets its name.
 */
export interface FinishOptions extends ReadOutcomesOptions {
  /** Slugs of the groups whose records without an outcome fail. */
  readonly cancelled: readonly string[];
  /**
   * True if the timeout of a batch run ended the groups. @default false: a person cancelled them
   */
  readonly timedOut?: boolean;
  readonly now: () => Date;
  /** Called at short intervals during long writes. */
  readonly onProgress?: () => void;
  /** Opens the scorers. Set for a run with scorers. */
  readonly openScoring?: (settings: readonly ScorerSetting[]) => Promise<LineScoring>;
  /** Describes the result of a pipeline. */
  readonly describePipeline?: DescribePipeline;
}

/** Maximum number of ranges in an answer, which are about 400 KB. */
const mostMissing = 20_000;

type Counted = Omit<RunResult, "finishedAt">;

/**
 * Finishes a run. Safe to repeat. If records of groups that are not cancelled lack an outcome,
 * returns these records and changes nothing.
 */
export async function finishRun(
  directory: string,
  options: FinishOptions,
): Promise<FinishedExperiment> {
  const before = await findSegmentResult(directory);
  if (before) return finished(directory, before);
  if (options.cancelled.length > 0 && (await isRunMissing(directory))) return { status: "lost" };
  const run = await readOutcomes(directory, options);
  const isEnough = acceptedIn(run) >= (rowsWantedOf(run) ?? Infinity);
  const missing = isEnough ? [] : missingRecords(run, options.cancelled);
  if (missing.length > 0) return { status: "incomplete", missing };
  if (!isEnough) await cancelOpen(run, options);
  const paths = runPaths(directory);
  await writeJsonAtomically(paths.sealed, { sealedAt: options.now().getTime() });
  // All outcomes that were on disk before the seal count, even if their writer has not been
  // notified.
  await refreshOutcomes(run);
  const counted = await writeCompleted(run, options);
  if (run.manifest.settings.outputAsCsv) {
    await writeAtomically(paths.completedCsv, completedAsCsv(paths.completed), directory);
  }
  if (await hasResultFiles(run)) await writeResultFiles(directory, counted, options);
  const finishedAt = options.now().getTime();
  await writeRunLog(run, finishedAt);
  const result: RunResult = { ...counted, finishedAt };
  const isSegment = run.manifest.segment !== undefined;
  await writeJsonAtomically(isSegment ? paths.segmentResult : paths.result, result);
  await removeTemporary(directory);
  return finished(directory, result);
}

/**
 * True if the run has result files, also without a row. A pipeline with global steps has its result
 * once all of its segments have ended, and a batch run after its aggregation.
 */
async function hasResultFiles({ directory, manifest }: RunOutcomes): Promise<boolean> {
  if (manifest.segment !== undefined || (await hasFlow(directory))) return false;
  return isThere(runPaths(directory).pipeline);
}

async function writeResultFiles(
  directory: string,
  { completed, failed, acceptedRows, steps = {} }: Counted,
  { cancelled, describePipeline: describe, onProgress }: FinishOptions,
): Promise<void> {
  await writePipelineResult(directory, {
    ...defined({ describe, onProgress }),
    counts: {
      completed,
      failed,
      cancelled: cancelled.length > 0,
      steps,
      ...defined({ acceptedRows }),
    },
  });
}

/** Returns the number of accepted rows that the run wants. */
function rowsWantedOf({ manifest }: RunOutcomes): number | undefined {
  return manifest.groups.find(({ rowsWanted }) => rowsWanted !== undefined)?.rowsWanted;
}

/**
 * Returns the counts of accepted rows, at most the wanted number. If a page was terminated while
 * its rows were in `left`, the next page may have made up for them. The result contains the first
 * rows.
 */
function acceptedRowsIn(run: RunOutcomes, notNeeded: number): AcceptedRows | undefined {
  const wanted = rowsWantedOf(run);
  if (wanted === undefined) return undefined;
  return { wanted, accepted: Math.min(wanted, acceptedIn(run)), notNeeded };
}

function acceptedIn({ readers }: RunOutcomes): number {
  return [...readers.values()].reduce((sum, { table }) => sum + table.accepted(), 0);
}

function isPipeline({ manifest }: RunOutcomes): boolean {
  return manifest.groups.some(({ targets }) => targets !== undefined);
}

function finished(directory: string, counted: Counted): FinishedExperiment {
  const { completed, failed, repeatedCalls, acceptedRows } = counted;
  const completedFile = runPaths(directory).completed;
  const counts = { completed, failed, repeatedCalls, ...defined({ acceptedRows }) };
  return { status: "finished", ...counts, completedFile };
}

/** Returns the missing records. All groups share the maximum size of a message. */
function missingRecords(run: RunOutcomes, cancelled: readonly string[]): MissingRecords[] {
  const most = Math.max(1, Math.floor(mostMissing / run.readers.size));
  return [...run.readers]
    .filter(([slug]) => !cancelled.includes(slug))
    .map(([group, reader]) => ({ group, ...fewRanges(openRanges(run, group, reader), most) }))
    .filter(({ ranges }) => ranges.length > 0)
    .map(({ coarse, ...rest }) => (coarse ? { ...rest, coarse } : rest));
}

/** Returns the positions without an outcome. */
function openRanges(run: RunOutcomes, slug: string, reader: OutcomeReader): Range[] {
  const records = run.manifest.groups.find((group) => group.slug === slug)?.records ?? 0;
  const ranges: Range[] = [];
  for (let position = 0; position < records; position += 1) {
    if (reader.table.statusOf(position) === undefined) addPosition(ranges, position);
  }
  return ranges;
}

async function cancelOpen(run: RunOutcomes, options: FinishOptions): Promise<void> {
  const { cancelled, now, timedOut = false } = options;
  const error = timedOut ? timeout : cancellation;
  for (const slug of cancelled) {
    const reader = run.readers.get(slug);
    const ranges = reader ? openRanges(run, slug, reader) : [];
    if (!reader || ranges.length === 0) continue;
    const writer = `cancelled-${randomBytes(4).toString("hex")}`;
    const place = { directory: run.directory, slug, writer };
    const end = { finishedAt: now().getTime(), error };
    await writeLogWhole(place, cancelledLines(reader, ranges, end));
  }
}

const cancellation: Failure = { type: "cancelled", message: "Cancelled before it was answered." };
const timeout: Failure = {
  type: "BatchRunTimeout",
  message: "The time of the batch run ended before this line.",
};

function* cancelledLines(
  reader: OutcomeReader,
  ranges: readonly Range[],
  { finishedAt, error }: { readonly finishedAt: number; readonly error: Failure },
): Generator<LogLine, void, undefined> {
  for (const [start, end] of ranges) {
    for (let position = start; position < end; position += 1) {
      const attempts = reader.table.attemptsOf(position) + reader.table.endedCallsOf(position);
      const outcome = { status: "failed", sentAt: 0, finishedAt, attempts, error } as const;
      yield { kind: "outcome", position, finishedAt, outcome };
    }
  }
}

async function writeCompleted(run: RunOutcomes, options: FinishOptions): Promise<Counted> {
  const paths = runPaths(run.directory);
  if (!(await isThere(paths.completed))) {
    const { settings, stage } = run.manifest;
    // As in prompto, the answers of rephrase models and judges are not scored.
    const scorers = stage === undefined || stage.kind === "main" ? (settings.scorers ?? []) : [];
    const scoring = scorers.length > 0 ? await options.openScoring?.(scorers) : undefined;
    try {
      const lines = scoring ? scoring.score(outputLines(run)) : outputLines(run);
      const text = completedText(run, lines, options);
      await writeAtomically(paths.completed, notingScores(text, paths, scoring), run.directory);
    } finally {
      await scoring?.close();
    }
  }
  // The file is ours: only `completedText` writes it, before the completed file gets its name.
  return (await readJson(paths.counts)) as Counted;
}

/**
 * Yields the text and saves the summary of the scores after the last line, before the file gets its
 * name.
 */
async function* notingScores(
  text: AsyncIterable<string>,
  paths: RunPaths,
  scoring: LineScoring | undefined,
): AsyncGenerator<string, void, undefined> {
  yield* text;
  if (scoring) await writeScores(paths.directory, scoring.rows());
}

const batchCharacters = 1 << 18;

async function* completedText(
  run: RunOutcomes,
  lines: AsyncIterable<OutputLine>,
  { onProgress }: FinishOptions,
): AsyncGenerator<string, void, undefined> {
  const counts = { completed: 0, failed: 0 };
  const tally = new StepTally();
  let batch: string[] = [];
  let size = 0;
  for await (const { text, status, walk, line } of lines) {
    counts[status] += 1;
    if (walk) tally.add(walk);
    if (line) tally.add(countsOfLine(line));
    batch.push(text, "\n");
    size += text.length;
    if (size < batchCharacters) continue;
    yield batch.join("");
    onProgress?.();
    batch = [];
    size = 0;
  }
  yield batch.join("");
  const { records, invalid } = run.manifest;
  const written = counts.completed + counts.failed;
  const acceptedRows = acceptedRowsIn(run, records + invalid - written);
  const isEnough = acceptedRows?.accepted === acceptedRows?.wanted && acceptedRows !== undefined;
  if (written !== records + invalid && !isEnough) {
    throw new Error(
      `Expected ${records + invalid} outcomes in ${JSON.stringify(run.directory)}, found ${written}.`,
    );
  }
  const repeatedCalls = [...run.readers.values()].reduce(
    (sum, each) => sum + each.table.repeatedCalls(),
    0,
  );
  const steps = isPipeline(run) ? { steps: tally.counts() } : {};
  await writeJsonAtomically(runPaths(run.directory).counts, {
    ...counts,
    repeatedCalls,
    spending: spendingOf(run),
    ...steps,
    ...defined({ acceptedRows }),
  });
}

function spendingOf({ readers }: RunOutcomes): Spending {
  return sumOfSpending([...readers.values()].map(({ table }) => table.spending()));
}

/** Removes the temporary files of processes that died while writing. */
async function removeTemporary(directory: string): Promise<void> {
  const names = await readdir(directory);
  for (const name of names.filter((each) => each.endsWith(".tmp"))) {
    await rm(join(directory, name), { force: true });
  }
}
