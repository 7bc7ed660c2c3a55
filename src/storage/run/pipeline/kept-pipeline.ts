import { copyFile, cp, rename, rm } from "node:fs/promises";
import { basename, join } from "node:path";

import type { JsonObject } from "../../../domain/json/json.js";
import { UserError } from "../../../domain/failure/user-error.js";
import { isThere } from "../../files/is-there.js";
import { readJson } from "../../files/read-json.js";
import { runPaths } from "../run-folder.js";

/** A pipeline as its run stores it. After a crash, the same pipeline runs as at the start. */
export interface KeptPipeline {
  readonly version: 1;
  /** Definition with all parameters, in the form of a pipeline's file. */
  readonly definition: JsonObject;
  /** Columns of each source's rows. */
  readonly columns: Readonly<Record<string, readonly string[]>>;
  /**
   * Columns that the modules declare for their functions, by the function's `use`, e.g.
   * `./steps.ts#words`.
   */
  readonly functions: Readonly<Record<string, KeptColumns>>;
  /**
   * Place of the rows that the run provided, if they have one. A dataset of the Hub includes its
   * commit.
   */
  readonly dataset?: string;
  /** True for a preview or a sample, which runs only some of the rows. */
  readonly isPart?: true;
  /** Steps whose rows are the result. */
  readonly leaves: readonly string[];
  /** Segments of a pipeline with global steps. */
  readonly segments?: readonly KeptSegment[];
}

/** A part of a pipeline between two cuts. */
export interface KeptSegment {
  /** Global steps whose rows start the segment; none for the first segment. */
  readonly sources: readonly string[];
  /**
   * Leaves at which the segment's rows end: steps of the pipeline, and places before global steps.
   */
  readonly leaves: readonly string[];
  /** Global steps after the segment, in the order in which they run. */
  readonly globals: readonly string[];
}

/** The columns of a user's function. */
export interface KeptColumns {
  readonly reads?: readonly string[];
  readonly mayRead?: readonly string[];
  readonly writes?: readonly string[];
  readonly many?: boolean;
}

/** Moves a staged pipeline and its code to the folder of its run. Safe to repeat. */
export async function keepPipeline(staged: string, directory: string): Promise<void> {
  const paths = runPaths(directory);
  const moves = [
    [join(staged, basename(paths.code)), paths.code],
    [join(staged, basename(paths.flow)), paths.flow],
    [join(staged, basename(paths.pipeline)), paths.pipeline],
  ] as const;
  for (const [from, to] of moves) if (await isThere(from)) await rename(from, to);
  await rm(staged, { recursive: true, force: true });
}

/** Copies the pipeline of a run and its code into a staged folder. */
export async function copyPipeline(directory: string, staged: string): Promise<void> {
  const { pipeline, code } = runPaths(directory);
  await copyFile(pipeline, join(staged, basename(pipeline)));
  if (await isThere(code)) await cp(code, join(staged, basename(code)), { recursive: true });
}

/** Returns the pipeline of a run; `undefined` if the run has none. */
export async function findKeptPipeline(directory: string): Promise<KeptPipeline | undefined> {
  // The file is ours: only a start writes it.
  return (await readJson(runPaths(directory).pipeline)) as KeptPipeline | undefined;
}

export async function readKeptPipeline(directory: string): Promise<KeptPipeline> {
  const path = runPaths(directory).pipeline;
  const kept = await findKeptPipeline(directory);
  if (!kept) throw new Error(`Expected the pipeline of a run, found none: ${JSON.stringify(path)}`);
  const version: number = kept.version;
  if (version === 1) return kept;
  throw new UserError(
    `Expected a pipeline of version 1, got version ${version} in ${JSON.stringify(path)}. Another version of Ostinato made it. Read it with that version.`,
  );
}
