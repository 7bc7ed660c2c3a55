import { defined } from "../../domain/defined.js";
import type { Manifest } from "../../domain/experiment/experiment.js";
import type { LineFormat } from "../../domain/record/output-line.js";
import { OutcomeReader } from "./outcome-reader.js";
import { invalidGroup, readManifest } from "../run/run-folder.js";
import { stampOf } from "../run/stamp.js";

/** The outcomes of all groups of a run, including the group of invalid lines. */
export interface RunOutcomes {
  readonly directory: string;
  readonly manifest: Manifest;
  /** Readers by group slug. */
  readonly readers: ReadonlyMap<string, OutcomeReader>;
  /** Adds the verdict to the completed lines of a judge run. */
  readonly addVerdict?: (line: string) => string;
  readonly format: LineFormat;
}

/** The facts about lines that code outside of storage provides. */
export interface ReadOutcomesOptions extends Pick<LineFormat, "tokensOf"> {
  /** Adds the verdict to a completed line of a judge run. */
  readonly addVerdict?: (line: string) => string;
}

/** Reads all lines of the log that exist now. */
export async function readOutcomes(
  directory: string,
  options: ReadOutcomesOptions = {},
): Promise<RunOutcomes> {
  const run = await openOutcomes(directory, options);
  await refreshOutcomes(run);
  return run;
}

/** Opens the outcomes without reading any line. `refreshOutcomes` reads them. */
export async function openOutcomes(
  directory: string,
  { addVerdict, tokensOf }: ReadOutcomesOptions = {},
): Promise<RunOutcomes> {
  const manifest = await readManifest(directory);
  const readers = new Map<string, OutcomeReader>();
  for (const { slug, records } of manifest.groups) {
    readers.set(slug, new OutcomeReader(directory, slug, records));
  }
  if (manifest.invalid > 0) {
    readers.set(invalidGroup, new OutcomeReader(directory, invalidGroup, manifest.invalid));
  }
  const isJudge = manifest.stage?.kind === "judge";
  return {
    directory,
    manifest,
    readers,
    format: { localStamp, ...defined({ tokensOf }) },
    ...(isJudge && addVerdict && { addVerdict }),
  };
}

export async function refreshOutcomes(run: RunOutcomes): Promise<void> {
  for (const reader of run.readers.values()) await reader.refresh();
}

function localStamp(epochMs: number): string {
  return stampOf(new Date(epochMs));
}
