import type { Counts, Manifest } from "../domain/experiment.js";
import { OutcomeReader } from "../storage/outcome-reader.js";
import { findManifest, runPaths } from "../storage/run-folder.js";
import { findResult, type RunResult } from "../storage/run-result.js";

/** What the files of a run tell at one moment; they are there without a server and without a worker. */
export interface RunSnapshot {
  readonly directory: string;
  readonly manifest: Manifest;
  /** By the group's slug. */
  readonly counts: ReadonlyMap<string, Counts>;
  /** The latest refusal of each `<api>/<model>` whose record has no outcome yet. */
  readonly refusals: readonly { readonly target: string; readonly reason: string }[];
  readonly repeatedCalls: number;
  /** Once it has finished. */
  readonly result?: RunResult & { readonly completedFile: string };
}

/** Reads a run's files again and again; each look reads only what is new. */
export interface RunFiles {
  readonly snapshot: () => Promise<RunSnapshot>;
}

const longestReason = 200;

/** `undefined` where the run is not prepared yet, or its folder can't be seen from this machine. */
export async function openRunFiles(directory: string): Promise<RunFiles | undefined> {
  const manifest = await findManifest(directory);
  if (!manifest) return undefined;
  const readers = manifest.groups.map(({ slug, records }) => ({
    slug,
    reader: new OutcomeReader(directory, slug, records),
  }));
  return {
    snapshot: async () => {
      const result = await findResult(directory);
      const counts = new Map<string, Counts>();
      const refusals: { target: string; reason: string }[] = [];
      let repeatedCalls = 0;
      for (const { slug, reader } of readers) {
        await reader.refresh();
        counts.set(slug, reader.counts());
        repeatedCalls += reader.repeatedCalls();
        refusals.push(...(await openRefusals(reader)));
      }
      const completedFile = runPaths(directory).completed;
      return {
        ...{ directory, manifest, counts, repeatedCalls },
        refusals: result ? [] : refusals,
        ...(result ? { result: { ...result, completedFile } } : {}),
      };
    },
  };
}

async function openRefusals(reader: OutcomeReader): Promise<{ target: string; reason: string }[]> {
  const lines = await reader.refusals();
  return lines
    .filter((line) => reader.statusOf(line.position) === undefined)
    .map(({ target, error }) => ({ target, reason: error.message.slice(0, longestReason) }));
}
