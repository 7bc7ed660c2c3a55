import type { JsonObject } from "../../domain/json/json.js";
import { UserError } from "../../domain/failure/user-error.js";
import { isThere } from "../files/is-there.js";
import { moveFile } from "../files/move-file.js";
import { readJson } from "../files/read-json.js";
import { runPaths } from "./run-folder.js";

/** A pipeline as its run keeps it: what runs after a crash is what was started. */
export interface KeptPipeline {
  readonly version: 1;
  /** The definition with all parameters, in the shape that its files have. */
  readonly definition: JsonObject;
  /** By source: the columns of its rows. */
  readonly columns: Readonly<Record<string, readonly string[]>>;
  /** The steps whose rows are the result. */
  readonly leaves: readonly string[];
  /** The bundled module of the user's functions. */
  readonly code?: KeptCode;
}

export interface KeptCode {
  readonly text: string;
  readonly sha256: string;
  /** Absolute path of the user's folder, where packages outside the bundle are found. */
  readonly folder: string;
}

/** Moves the staged pipeline to its run. Safe to repeat. */
export async function keepPipeline(staged: string, directory: string): Promise<void> {
  if (await isThere(staged)) await moveFile(staged, runPaths(directory).pipeline);
}

export async function readKeptPipeline(directory: string): Promise<KeptPipeline> {
  const path = runPaths(directory).pipeline;
  // Only a start writes it.
  const kept = (await readJson(path)) as KeptPipeline | undefined;
  if (!kept) throw new Error(`Expected the pipeline of a run, found none: ${JSON.stringify(path)}`);
  const version: number = kept.version;
  if (version === 1) return kept;
  throw new UserError(
    `Expected a pipeline of version 1, got version ${version} in ${JSON.stringify(path)}. It was made by another version of Ostinato: read it with that one.`,
  );
}
