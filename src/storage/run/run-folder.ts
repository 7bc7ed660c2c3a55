import { basename, dirname, join } from "node:path";

import type { Manifest } from "../../domain/experiment/experiment.js";
import { UserError } from "../../domain/failure/user-error.js";
import { isThere } from "../files/is-there.js";
import { readJson } from "../files/read-json.js";
import { slug } from "../index/slug.js";

/**
 * Where the files of a run lie.
 *
 *     <data>/output/<name>/<stamp>-input-<name>.jsonl        the input, byte for byte
 *     <data>/output/<name>/<stamp>-input-<name>.csv          the input, where it is CSV; the .jsonl has its records then
 *     <data>/output/<name>/<stamp>-settings-<name>.json      what lay beside it in a watched folder
 *     <data>/output/<name>/<stamp>-completed-<name>.jsonl    the answers, there when all is done
 *     <data>/output/<name>/<stamp>-completed-<name>.csv      the same as a table, where it is asked for
 *     <data>/output/<name>/<stamp>-log-<name>.txt            a line for each failed attempt
 *     <data>/output/<name>/.<stamp>/                         the running state:
 *         claim.json         which workflow run owns the folder: its first file
 *         manifest.json      what was prepared: written last by the preparation
 *         <group>.index      where each record of the group lies in the input
 *         <group>.<process>.jsonl, .positions    what a process logged of the group
 *         sealed.json        from now on nothing is logged any more
 *         counts.json        what the completed file holds: written just before that is named
 *         scores.json        what the scores in the completed file come to
 *         result.json        how the run ended: written last by the finish
 *         abort              calls in flight are to be given up
 */
export interface RunPaths {
  /** The state folder, `.<stamp>`. */
  readonly directory: string;
  readonly stamp: string;
  readonly claim: string;
  readonly manifest: string;
  readonly sealed: string;
  readonly counts: string;
  readonly scores: string;
  readonly result: string;
  readonly abort: string;
  readonly input: string;
  readonly inputCsv: string;
  readonly settings: string;
  readonly completed: string;
  readonly completedCsv: string;
  readonly log: string;
}

/** The group of the lines that `skipInvalid` passed over. It is no group of the manifest: nothing of it is sent. */
export const invalidGroup = "invalid";

/** An experiment's name as it stands in file names: itself where every system takes it, else its slug. */
export function fileNameOf(name: string): string {
  // A percent sign is kept for slugs, so that no two names meet in one folder.
  const safe = /^[^./\\:*?"<>|%\p{Cc}][^/\\:*?"<>|%\p{Cc}]*$/u.test(name) && !/[. ]$/.test(name);
  return safe && Buffer.byteLength(name) <= 120 ? name : slug(name);
}

/** @param directory the run's state folder. */
export function runPaths(directory: string): RunPaths {
  const stamp = basename(directory).slice(1);
  const folder = dirname(directory);
  const name = basename(folder);
  return {
    directory,
    stamp,
    claim: join(directory, "claim.json"),
    manifest: join(directory, "manifest.json"),
    sealed: join(directory, "sealed.json"),
    counts: join(directory, "counts.json"),
    scores: join(directory, "scores.json"),
    result: join(directory, "result.json"),
    abort: join(directory, "abort"),
    input: join(folder, `${stamp}-input-${name}.jsonl`),
    inputCsv: join(folder, `${stamp}-input-${name}.csv`),
    settings: join(folder, `${stamp}-settings-${name}.json`),
    completed: join(folder, `${stamp}-completed-${name}.jsonl`),
    completedCsv: join(folder, `${stamp}-completed-${name}.csv`),
    log: join(folder, `${stamp}-log-${name}.txt`),
  };
}

/** The manifest of a run, or `undefined` where its preparation has not ended. */
export async function findManifest(directory: string): Promise<Manifest | undefined> {
  const path = runPaths(directory).manifest;
  // Written whole by prepareRun alone, so only its version needs a look.
  const manifest = (await readJson(path)) as Manifest | undefined;
  const version: number | undefined = manifest?.version;
  if (version !== undefined && version !== 1) {
    throw new UserError(
      `Expected a run of version 1, got version ${version} in ${JSON.stringify(path)}. It was made by another version of Ostinato: read it with that one.`,
    );
  }
  return manifest;
}

/**
 * Whether a run's state folder was moved or deleted. False where not even the data folder's `output` can be seen from
 * this machine: the run may be well where its workers are.
 */
export async function isRunMissing(directory: string): Promise<boolean> {
  if (await isThere(directory)) return false;
  return isThere(dirname(dirname(directory)));
}

/** What a user is told of it. */
export function runMissing(directory: string): string {
  return `The run's folder ${JSON.stringify(directory)} is missing. Move it back to continue, or end the experiment with \`ostinato cancel\`.`;
}

export async function readManifest(directory: string): Promise<Manifest> {
  const manifest = await findManifest(directory);
  if (manifest) return manifest;
  if (!(await isThere(directory))) throw new Error(runMissing(directory));
  throw new Error(
    `Expected a prepared run in ${JSON.stringify(directory)}, found no manifest.json.`,
  );
}

/** Where the input of an experiment with a rephrase stage stays, as prompto has it: `output/post-rephrase-pilot/pilot.jsonl`. */
export function originalInput(
  { dataFolder, name }: { readonly dataFolder: string; readonly name: string },
  inputName: string,
): string {
  const suffix = inputName.endsWith(".csv") ? ".csv" : ".jsonl";
  const folder = join(dataFolder, "output", fileNameOf(`post-rephrase-${name}`));
  return join(folder, `${fileNameOf(name)}${suffix}`);
}

/** The one that is there, whether it is CSV or not. */
export async function findOriginalInput(
  experiment: Parameters<typeof originalInput>[0],
): Promise<string> {
  const csv = originalInput(experiment, ".csv");
  return (await isThere(csv)) ? csv : originalInput(experiment, ".jsonl");
}
