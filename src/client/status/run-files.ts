import { defined } from "../../domain/defined.js";
import type { Counts, Manifest } from "../../domain/experiment/experiment.js";
import type { ScoreRow } from "../../domain/scores/line-scoring.js";
import { errorCode } from "../../domain/failure/error-code.js";
import { OutcomeReader } from "../../storage/log/outcome-reader.js";
import { findManifest, isRunMissing, runPaths } from "../../storage/run/run-folder.js";
import { findScores } from "../../storage/run/run-scores.js";
import { stepStatuses } from "./step-status.js";
import type { StepStatus } from "./step-status.js";
import { findResult } from "../../storage/run/run-result.js";
import type { RunResult } from "../../storage/run/run-result.js";

/** The facts in a run's files at one moment, which are available without a server or worker. */
export interface RunSnapshot {
  readonly directory: string;
  readonly manifest: Manifest;
  /** By the group's slug. */
  readonly counts: ReadonlyMap<string, Counts>;
  /** The latest refusal of each `<api>/<model>` whose record has no outcome. */
  readonly refusals: readonly { readonly target: string; readonly reason: string }[];
  readonly repeatedCalls: number;
  /** Calls that met a 429 or an outage and do not count as attempts. */
  readonly heldCalls: number;
  /** Records with an outcome from the last minute; absent until they were watched for a minute. */
  readonly endedLastMinute?: number;
  /** Set for a pipeline. */
  readonly steps?: readonly StepStatus[];
  /** Set once the run has finished. */
  readonly result?: RunResult & {
    readonly completedFile: string;
    readonly scores?: readonly ScoreRow[];
  };
}

/** Reads a run's files repeatedly. Each look reads only new data. */
export interface RunFiles {
  /** Returns `undefined` while the run's folder is missing. */
  readonly snapshot: () => Promise<RunSnapshot | undefined>;
}

const longestReason = 200;
const minuteMs = 60_000;
const sampleMs = 1_000;

/**
 * Returns `undefined` if the run is not prepared, or its folder is not visible from this machine.
 */
export async function openRunFiles(directory: string): Promise<RunFiles | undefined> {
  const manifest = await findManifest(directory);
  if (!manifest) return undefined;
  const readers = manifest.groups.map(({ slug, records }) => ({
    slug,
    reader: new OutcomeReader(directory, slug, records),
  }));
  const samples: Sample[] = [];
  const read = async (): Promise<RunSnapshot> => {
    const result = await findResult(directory);
    const scores = result && (await findScores(directory));
    const counts = new Map<string, Counts>();
    const refusals: { target: string; reason: string }[] = [];
    let repeatedCalls = 0;
    let heldCalls = 0;
    for (const { slug, reader } of readers) {
      await reader.refresh();
      counts.set(slug, reader.table.counts());
      repeatedCalls += reader.table.repeatedCalls();
      heldCalls += reader.table.allHeldCalls();
      refusals.push(...(await openRefusals(reader)));
    }
    const ended = [...counts.values()].reduce((sum, one) => sum + one.completed + one.failed, 0);
    const endedLastMinute = noteSample(samples, { at: Date.now(), ended });
    const completedFile = runPaths(directory).completed;
    const isPipeline = manifest.groups.some(({ targets }) => targets !== undefined);
    const steps = isPipeline ? await stepStatuses(directory, result?.steps) : undefined;
    return {
      ...{ directory, manifest, counts, repeatedCalls, heldCalls },
      ...defined({ endedLastMinute, steps }),
      refusals: result ? [] : refusals,
      ...(result ? { result: { ...result, completedFile, ...(scores && { scores }) } } : {}),
    };
  };
  return { snapshot: async () => unlessMissing(directory, read) };
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

interface Sample {
  readonly at: number;
  readonly ended: number;
}

/**
 * Number of records that ended within a minute. For a run without any at the first look, the minute
 * need not pass.
 */
function noteSample(samples: Sample[], now: Sample): number | undefined {
  const last = samples.at(-1);
  if (!last || now.at - last.at >= sampleMs) samples.push(now);
  while (samples[1] && now.at - samples[1].at >= minuteMs) samples.shift();
  const first = samples[0] ?? now;
  if (now.at - first.at < minuteMs && first.ended > 0) return undefined;
  return now.ended - first.ended;
}

async function openRefusals(reader: OutcomeReader): Promise<{ target: string; reason: string }[]> {
  const lines = await reader.refusals();
  return lines
    .filter((line) => reader.table.statusOf(line.position) === undefined)
    .map(({ target, error }) => ({ target, reason: error.message.slice(0, longestReason) }));
}
