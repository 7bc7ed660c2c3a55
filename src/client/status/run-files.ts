import { defined } from "../../domain/defined.js";
import type { Counts, Manifest } from "../../domain/experiment/experiment.js";
import type { ScoreRow } from "../../domain/scores/line-scoring.js";
import { errorCode } from "../../domain/failure/error-code.js";
import { OutcomeReader } from "../../storage/log/outcome-reader.js";
import { findManifest, isRunMissing, runPaths } from "../../storage/run/run-folder.js";
import { findScores } from "../../storage/run/run-scores.js";
import { findResult } from "../../storage/run/run-result.js";
import type { RunResult } from "../../storage/run/run-result.js";

/** What the files of a run tell at one moment; they are there without a server and without a worker. */
export interface RunSnapshot {
  readonly directory: string;
  readonly manifest: Manifest;
  /** By the group's slug. */
  readonly counts: ReadonlyMap<string, Counts>;
  /** The latest refusal of each `<api>/<model>` whose record has no outcome yet. */
  readonly refusals: readonly { readonly target: string; readonly reason: string }[];
  readonly repeatedCalls: number;
  /** Calls that met a 429 or an outage, and count as no attempts. */
  readonly heldCalls: number;
  /** Records that got their outcome within the last minute, once it was watched for as long. */
  readonly endedLastMinute?: number;
  /** Once it has finished. */
  readonly result?: RunResult & {
    readonly completedFile: string;
    readonly scores?: readonly ScoreRow[];
  };
}

/** Reads a run's files again and again; each look reads only what is new. */
export interface RunFiles {
  /** `undefined` while the run's folder is missing. */
  readonly snapshot: () => Promise<RunSnapshot | undefined>;
}

const longestReason = 200;
const minuteMs = 60_000;
const sampleMs = 1_000;

/** `undefined` where the run is not prepared yet, or its folder can't be seen from this machine. */
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
    return {
      ...{ directory, manifest, counts, repeatedCalls, heldCalls },
      ...defined({ endedLastMinute }),
      refusals: result ? [] : refusals,
      ...(result ? { result: { ...result, completedFile, ...(scores && { scores }) } } : {}),
    };
  };
  return { snapshot: async () => unlessMissing(directory, read) };
}

/** The folder may go between any two reads of it. */
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

/** The counts of a run that has not finished: invalid lines count as failed. */
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

/** How many records have ended since a minute ago; a run that had none at the first look needs no minute's wait. */
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
