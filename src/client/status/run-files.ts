import { defined } from "../../domain/defined.js";
import type { AcceptedRows, Counts, Manifest } from "../../domain/experiment/experiment.js";
import type { Spending } from "../../domain/money/spending.js";
import type { ScoreRow } from "../../domain/scores/line-scoring.js";
import { cutWords } from "../../domain/failure/api-words.js";
import { errorCode } from "../../domain/failure/error-code.js";
import { aggregationErrors } from "../../storage/batch/aggregation-errors.js";
import type { AggregationError } from "../../storage/batch/aggregation-errors.js";
import { OutcomeReader } from "../../storage/log/outcome-reader.js";
import { readMaxCost } from "../../storage/budget/max-cost.js";
import { findManifest, isRunMissing, runPaths } from "../../storage/run/run-folder.js";
import { scoresSoFar } from "../../storage/run/live-scores.js";
import { stepStatuses } from "./step-status.js";
import { withStepSpending } from "./step-spending.js";
import type { StepStatus } from "./step-status.js";
import { TallyReader } from "./run-tallies.js";
import { WaitingRecords } from "./waiting-records.js";
import type { RunTallies } from "./run-tallies.js";
import { findResult } from "../../storage/run/run-result.js";
import type { RunResult } from "../../storage/run/run-result.js";

/** The facts in a run's files at one moment, which are available without a server or worker. */
export interface RunSnapshot {
  readonly directory: string;
  readonly manifest: Manifest;
  /** By the group's slug. */
  readonly counts: ReadonlyMap<string, Counts>;
  /** Set for a pipeline with a target. */
  readonly acceptedRows?: AcceptedRows;
  /** The latest refusal of each `<api>/<model>` whose record has no outcome. */
  readonly refusals: readonly { readonly target: string; readonly reason: string }[];
  /** True if all records without an outcome are of refused models. @default false */
  readonly onlyRefusedLeft?: boolean;
  /** The spending on the calls so far, by the group's slug. @default nothing was spent */
  readonly spending?: ReadonlyMap<string, Spending>;
  /** Dollars that the experiment may spend now. @default no limit */
  readonly maxCost?: number;
  readonly repeatedCalls: number;
  /** Calls that met a 429 or an outage and do not count as attempts. */
  readonly heldCalls: number;
  readonly tallies: RunTallies;
  /** Set for a pipeline. */
  readonly steps?: readonly StepStatus[];
  /** Set for a batch run whose aggregation has failed. */
  readonly aggregationErrors?: readonly AggregationError[];
  /** The scores of the answers so far. */
  readonly scores?: readonly ScoreRow[];
  /** Set once the run has finished. */
  readonly result?: RunResult & { readonly completedFile: string };
}

/** Reads a run's files repeatedly. Each look reads only new data. */
export interface RunFiles {
  /** Returns `undefined` while the run's folder is missing. */
  readonly snapshot: () => Promise<RunSnapshot | undefined>;
}

/** Room for our words about a refusal and those of the API. */
const longestReason = 600;

/**
 * Returns `undefined` if the run is not prepared, or its folder is not visible from this machine.
 */
export async function openRunFiles(directory: string): Promise<RunFiles | undefined> {
  const manifest = await findManifest(directory);
  if (!manifest) return undefined;
  const tallies = new TallyReader(directory, manifest);
  const waiting = new WaitingRecords(directory, manifest);
  const readers = manifest.groups.map(({ slug, records }) => {
    const reader = new OutcomeReader(directory, slug, records);
    tallies.watch(slug, reader);
    return { slug, reader };
  });
  const read = async (): Promise<RunSnapshot> => {
    const result = await findResult(directory);
    const isScored = manifest.settings.scorers !== undefined || result !== undefined;
    const scores = isScored ? await scoresSoFar(directory) : undefined;
    const counts = new Map<string, Counts>();
    const spending = new Map<string, Spending>();
    const refusals: { target: string; reason: string }[] = [];
    let repeatedCalls = 0;
    let heldCalls = 0;
    for (const { slug, reader } of readers) {
      await reader.refresh();
      counts.set(slug, reader.table.counts());
      spending.set(slug, reader.table.spending());
      repeatedCalls += reader.table.repeatedCalls();
      heldCalls += reader.table.allHeldCalls();
      refusals.push(...(await openRefusals(reader)));
    }
    const isPipeline = manifest.groups.some(({ targets }) => targets !== undefined);
    const runTallies = await tallies.tallies();
    const of = { directory, manifest, spending: runTallies.steps };
    const steps = isPipeline
      ? await withStepSpending(await stepStatuses(directory, result?.steps), of)
      : undefined;
    return {
      directory,
      manifest,
      counts,
      spending,
      repeatedCalls,
      heldCalls,
      tallies: runTallies,
      ...defined({
        steps,
        scores,
        maxCost: await readMaxCost(directory, manifest),
        aggregationErrors: result && (await aggregationErrors(directory)),
        acceptedRows: result?.acceptedRows ?? acceptedSoFar(manifest, readers),
      }),
      refusals: result ? [] : refusals,
      onlyRefusedLeft:
        !result &&
        (await waiting.areAll(
          refusals.map(({ target }) => target),
          (slug) => readers.find((each) => each.slug === slug)?.reader,
        )),
      ...(result && { result: { ...result, completedFile: runPaths(directory).completed } }),
    };
  };
  return { snapshot: async () => unlessMissing(directory, read) };
}

function acceptedSoFar(
  { groups }: Manifest,
  readers: readonly { readonly reader: OutcomeReader }[],
): AcceptedRows | undefined {
  const wanted = groups.find(({ rowsWanted }) => rowsWanted !== undefined)?.rowsWanted;
  if (wanted === undefined) return undefined;
  const accepted = readers.reduce((sum, { reader }) => sum + reader.table.accepted(), 0);
  return { wanted, accepted, notNeeded: 0 };
}

/** The folder may disappear between two reads. */
async function unlessMissing<Result>(
  directory: string,
  read: () => Promise<Result>,
): Promise<Result | undefined> {
  try {
    return await read();
  } catch (error) {
    if (errorCode(error) === "ENOENT" && (await isRunMissing(directory))) return undefined;
    throw error;
  }
}

/** The counts of an unfinished run. Invalid lines count as failed. */
export async function countsSoFar(directory: string): Promise<Counts> {
  const files = await openRunFiles(directory);
  const snapshot = await files?.snapshot();
  if (!snapshot) return { completed: 0, failed: 0 };
  const { counts, manifest } = snapshot;
  const groups = [...counts.values()];
  return {
    completed: groups.reduce((sum, { completed }) => sum + completed, 0),
    failed: groups.reduce((sum, { failed }) => sum + failed, manifest.invalid),
  };
}

async function openRefusals(reader: OutcomeReader): Promise<{ target: string; reason: string }[]> {
  const lines = await reader.refusals();
  return lines
    .filter((line) => reader.table.statusOf(line.position) === undefined)
    .map(({ target, error }) => ({ target, reason: cutWords(error.message, longestReason) }));
}
