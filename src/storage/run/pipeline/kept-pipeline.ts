import { copyFile, cp, rename, rm } from "node:fs/promises";
import { basename, join } from "node:path";

import type { JsonObject } from "../../../domain/json/json.js";
import { UserError } from "../../../domain/failure/user-error.js";
import { isThere } from "../../files/is-there.js";
import { readJson } from "../../files/read-json.js";
import { runPaths } from "../run-folder.js";

/** A pipeline as its run keeps it: what runs after a crash is what was started. */
export interface KeptPipeline {
  readonly version: 1;
  /** The definition with all parameters, in the shape that its files have. */
  readonly definition: JsonObject;
  /** By source: the columns of its rows. */
  readonly columns: Readonly<Record<string, readonly string[]>>;
  /** By `./steps.ts#words`: what the module declares of its functions. */
  readonly functions: Readonly<Record<string, KeptColumns>>;
  /**
   * The place of the rows that the run brought, if it is one. Datasets of the Hub have their
   * commit.
   */
  readonly dataset?: string;
  /** True for a preview or a sample, which runs some of the rows. */
  readonly isPart?: true;
  /** The steps whose rows are the result. */
  readonly leaves: readonly string[];
  /** Set for a pipeline with global steps, which cut it. */
  readonly segments?: readonly KeptSegment[];
}

/** A part of a pipeline between two cuts. */
export interface KeptSegment {
  /** The global steps whose rows begin it; none for the first segment. */
  readonly sources: readonly string[];
  /** The leaves at which its rows end: steps of the pipeline, and places before global steps. */
  readonly leaves: readonly string[];
  /** The global steps behind it, in the order in which they run. */
  readonly globals: readonly string[];
}

/** The columns of a user's function. */
export interface KeptColumns {
  readonly reads?: readonly string[];
  readonly mayRead?: readonly string[];
  readonly writes?: readonly string[];
  readonly many?: boolean;
}

/**
 * Moves a staged pipeline, and the code beside it, from its folder to that of its run. Safe to
 * repeat.
 */
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

/** Copies the pipeline of a run, and the code beside it, into a staged folder. */
export async function copyPipeline(directory: string, staged: string): Promise<void> {
  const { pipeline, code } = runPaths(directory);
  await copyFile(pipeline, join(staged, basename(pipeline)));
  if (await isThere(code)) await cp(code, join(staged, basename(code)), { recursive: true });
}

/** The pipeline of a run; `undefined` if the run has none. */
export async function findKeptPipeline(directory: string): Promise<KeptPipeline | undefined> {
  // Only a start writes it.
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
