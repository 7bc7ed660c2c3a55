import { lstat, readdir, realpath, rm, rmdir } from "node:fs/promises";
import type { Dirent } from "node:fs";
import { basename, join, resolve } from "node:path";

import { errorCode } from "../../domain/failure/error-code.js";
import { UserError } from "../../domain/failure/user-error.js";
import { isThere } from "../files/is-there.js";
import { fileNameOf, findManifest, runPaths } from "./run-folder.js";
import { isStamp } from "./stamp.js";

/** The files of an experiment's runs in one folder of a data folder's `output`. */
export interface RemovableFiles {
  readonly folder: string;
  /** Paths of the state folders. */
  readonly states: readonly string[];
  /**
   * Paths of the files beside the state folders: inputs, completed files, logs, reports and tables.
   */
  readonly files: readonly string[];
  /** Number of runs. */
  readonly runs: number;
  /** Size of all files in bytes. */
  readonly bytes: number;
  /**
   * State folders of prepared runs without a completed file. No other files contain their answers.
   */
  readonly unfinished: readonly string[];
}

export interface RemovableOptions {
  /** Include the files beside the state folders. @default true */
  readonly withFiles?: boolean;
}

/**
 * Returns the files of all runs of an experiment, in its folder and in the folders of its stages.
 * Other files in these folders are not included. Throws a `UserError` if a folder is a symbolic
 * link or is reached through one below the data folder.
 */
export async function removableFiles(
  dataFolder: string,
  name: string,
  { withFiles = true }: RemovableOptions = {},
): Promise<readonly RemovableFiles[]> {
  const found: RemovableFiles[] = [];
  for (const each of foldersOf(name)) {
    const folder = join(resolve(dataFolder), "output", fileNameOf(each));
    if (!(await isThere(folder))) continue;
    const isOwn = each === name;
    const files = await filesIn(folder, { name, isOwn, withFiles });
    if (files.runs === 0) continue;
    await refuseLink(dataFolder, folder);
    found.push(files);
  }
  return found;
}

/** Returns the names of the folders that the experiment's stages may have. */
function foldersOf(name: string): readonly string[] {
  const post = `post-rephrase-${name}`;
  return [name, `rephrase-${name}`, post, `judge-${name}`, `judge-${post}`];
}

/** Removes the files, and the folder if it is then empty. Links are removed, not followed. */
export async function removeFiles({ folder, states, files }: RemovableFiles): Promise<void> {
  for (const file of files) await rm(file, { force: true });
  for (const state of states) await rm(state, { recursive: true, force: true });
  try {
    await rmdir(folder);
  } catch (error) {
    const code = errorCode(error);
    if (code !== "ENOTEMPTY" && code !== "EEXIST" && code !== "ENOENT") throw error;
  }
}

async function refuseLink(dataFolder: string, folder: string): Promise<void> {
  const expected = join(await realpath(resolve(dataFolder)), "output", basename(folder));
  if ((await realpath(folder)) === expected) return;
  throw new UserError(
    `${JSON.stringify(folder)} is reached by a symbolic link, so nothing in it is removed. Remove its target yourself.`,
  );
}

interface Choice {
  readonly name: string;
  /** True for the folder of the experiment, false for the folder of a stage. */
  readonly isOwn: boolean;
  readonly withFiles: boolean;
}

async function filesIn(folder: string, choice: Choice): Promise<RemovableFiles> {
  const entries = await readdir(folder, { withFileTypes: true });
  const stamps = new Set<string>();
  const foreign = new Set<string>();
  const unfinished: string[] = [];
  for (const entry of entries.filter((each) => each.isDirectory())) {
    const stamp = stampOfState(entry.name);
    if (stamp === undefined) continue;
    const state = join(folder, `.${stamp}`);
    const owner = await ownerOf(state, choice);
    if (owner !== choice.name) {
      foreign.add(stamp);
      continue;
    }
    stamps.add(stamp);
    if (entry.name === `.${stamp}` && (await isUnfinished(state))) unfinished.push(state);
  }
  // The state of a finished run may have been removed earlier.
  if (choice.isOwn) for (const stamp of stampsOfFiles(folder, entries)) stamps.add(stamp);
  for (const stamp of foreign) stamps.delete(stamp);
  const states = pathsOf(folder, entries, (entry) => {
    return entry.isDirectory() && stamps.has(stampOfState(entry.name) ?? "");
  });
  const isOriginal = foreign.size === 0 && basename(folder) !== fileNameOf(choice.name);
  const files = pathsOf(folder, entries, (entry) => {
    if (!choice.withFiles || entry.isDirectory()) return false;
    return stamps.has(stampOfFile(entry.name) ?? "") || (isOriginal && isInputOf(choice, entry));
  });
  const bytes = await sizeOf([...states, ...files]);
  return { folder, states, files, runs: stamps.size, bytes, unfinished };
}

function pathsOf(
  folder: string,
  entries: readonly Dirent[],
  isChosen: (entry: Dirent) => boolean,
): readonly string[] {
  return entries.filter(isChosen).map(({ name }) => join(folder, name));
}

/** Returns the stamp of a state folder such as `.<stamp>` or `.<stamp>-segment-2`. */
function stampOfState(name: string): string | undefined {
  const [, stamp = ""] = /^\.([\d-]+?)(?:-segment-\d+)?$/.exec(name) ?? [];
  return isStamp(stamp) ? stamp : undefined;
}

const stampLength = "DD-MM-YYYY-HH-MM-SS".length;

/** Returns the stamp of a file such as `<stamp>-…`. */
function stampOfFile(name: string): string | undefined {
  const stamp = name.slice(0, stampLength);
  return isStamp(stamp) && name[stampLength] === "-" ? stamp : undefined;
}

/** Returns the stamps of files that only a run of this folder writes. */
function stampsOfFiles(folder: string, entries: readonly Dirent[]): readonly string[] {
  return entries.flatMap(({ name }) => {
    const stamp = stampOfFile(name);
    if (stamp === undefined) return [];
    const { input, completed } = runPaths(join(folder, `.${stamp}`));
    return [input, completed].some((path) => basename(path) === name) ? [stamp] : [];
  });
}

/**
 * True for the input of an experiment with a rephrase stage, which is in the folder of its
 * rephrased prompts.
 */
function isInputOf({ name }: Choice, entry: Dirent): boolean {
  return [".jsonl", ".csv"].some((suffix) => entry.name === `${fileNameOf(name)}${suffix}`);
}

/**
 * Returns the experiment to which a run belongs. If the run does not say it, the folder decides.
 */
async function ownerOf(state: string, { name, isOwn }: Choice): Promise<string | undefined> {
  const byFolder = isOwn ? name : undefined;
  try {
    const manifest = await findManifest(state);
    return manifest ? (manifest.stage?.experiment ?? manifest.settings.name) : byFolder;
  } catch {
    // The run comes from another version.
    return byFolder;
  }
}

async function isUnfinished(state: string): Promise<boolean> {
  const { manifest, completed } = runPaths(state);
  return (await isThere(manifest)) && !(await isThere(completed));
}

async function sizeOf(paths: readonly string[]): Promise<number> {
  let bytes = 0;
  for (const path of paths) {
    const entry = await lstat(path);
    if (!entry.isDirectory()) bytes += entry.size;
    else bytes += await sizeOf((await readdir(path)).map((name) => join(path, name)));
  }
  return bytes;
}
