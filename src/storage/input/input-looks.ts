import type { BigIntStats as Stat } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";

import { statIfThere } from "../files/stat-if-there.js";
import { inputFormat, withoutEnding } from "./input-format.js";

/** An experiment file in an input folder. */
export interface InputFile {
  readonly inputName: string;
  /** Absolute path. */
  readonly path: string;
  /** Path of its `<name>.settings.json`, if there is one. */
  readonly settingsPath?: string;
  /** Fingerprint of the file and its settings. It changes if either is written or replaced. */
  readonly fingerprint: string;
}

export interface SeenInput extends InputFile {
  /** True if the file did not change between two looks. If false, it may still be being written. */
  readonly complete: boolean;
}

/**
 * Minimum distance in ms of two looks. Closer looks count as one, because a writer pauses between
 * two writes.
 */
const leastGapMs = 1_500;
const settingsEnding = ".settings.json";

/**
 * Looks into input folders and remembers their files. A later look shows which files are complete.
 * Each process has its own memory. Without it, a file waits for one more look.
 */
export class InputLooks {
  readonly #seen = new Map<string, ReadonlyMap<string, Sight>>();
  readonly #now: () => number;

  /** @param now returns milliseconds of a monotonic clock */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** Returns the files of a folder, oldest first. */
  async look(folder: string): Promise<SeenInput[]> {
    const before = this.#seen.get(folder);
    const nowMs = this.#now();
    const files = await filesIn(folder);
    const seen = files.map(({ file }) => {
      const earlier = before?.get(file.inputName);
      const isSame = earlier?.fingerprint === file.fingerprint;
      return { ...file, sinceMs: isSame ? earlier.sinceMs : nowMs };
    });
    this.#seen.set(folder, new Map(seen.map((sight) => [sight.inputName, sight])));
    return seen.map(({ sinceMs, ...file }) => ({
      ...file,
      complete: nowMs - sinceMs >= leastGapMs,
    }));
  }
}

interface Sight {
  readonly fingerprint: string;
  readonly sinceMs: number;
}

/** Returns the current state of the file, or `undefined` if it is gone. */
export async function lookAtFile(
  file: Pick<InputFile, "path" | "inputName">,
): Promise<InputFile | undefined> {
  const settingsPath = settingsPathOf(file.path);
  const [own, settings] = await Promise.all([statIfThere(file.path), statIfThere(settingsPath)]);
  return own && toInputFile(file, own, settings);
}

function toInputFile(
  { path, inputName }: Pick<InputFile, "path" | "inputName">,
  own: Stat,
  settings: Stat | undefined,
): InputFile {
  return {
    inputName,
    path,
    ...(settings && { settingsPath: settingsPathOf(path) }),
    fingerprint: [own, settings].map((one) => (one ? fingerprintOf(one) : "")).join(" "),
  };
}

/** Returns `pilot.settings.json` for `pilot.jsonl`. */
function settingsPathOf(path: string): string {
  return `${withoutEnding(path)}${settingsEnding}`;
}

/**
 * Returns the files of a folder, sorted by the last change of name or content, as in prompto: an
 * old file that is moved into the folder comes last. Files with the same time are sorted by name,
 * `run-2` before `run-10`.
 */
async function filesIn(folder: string): Promise<{ file: InputFile; own: Stat }[]> {
  const names = new Set(await readdir(folder));
  const found = await Promise.all(
    [...names].filter(isMeant).map(async (inputName) => {
      const path = join(folder, inputName);
      const hasSettings = names.has(settingsPathOf(inputName));
      const own = await statIfThere(path);
      const settings = hasSettings ? await statIfThere(settingsPathOf(path)) : undefined;
      return own?.isFile() ? { file: toInputFile({ path, inputName }, own, settings), own } : [];
    }),
  );
  return found.flat().sort(olderFirst);
}

/**
 * True for an experiment file. Temporary files of editors and programs have other suffixes, or
 * start with a dot or a tilde. A text file may be a note.
 */
function isMeant(name: string): boolean {
  const format = inputFormat(name);
  const isInput = format !== undefined && format !== "txt" && !name.endsWith(settingsEnding);
  return isInput && !/^[.~#]/.test(name);
}

const naturally = new Intl.Collator("en", { numeric: true });

function olderFirst(a: { file: InputFile; own: Stat }, b: { file: InputFile; own: Stat }): number {
  return (
    Number(a.own.ctimeNs - b.own.ctimeNs) ||
    Number(a.own.mtimeNs - b.own.mtimeNs) ||
    naturally.compare(a.file.inputName, b.file.inputName)
  );
}

function fingerprintOf({ size, mtimeNs, ctimeNs, ino }: Stat): string {
  return [size, mtimeNs, ctimeNs, ino].join("-");
}
