import { randomBytes } from "node:crypto";
import { lstat, mkdir, readdir, readFile, realpath, rm } from "node:fs/promises";
import { basename, dirname, join, parse } from "node:path";

import { UserError } from "../../domain/failure/user-error.js";
import { errorText } from "../../domain/failure/error-text.js";
import { errorCode } from "../../domain/failure/error-code.js";
import { hashFile } from "../files/hash-file.js";
import { isThere } from "../files/is-there.js";
import { copyWhole, moveFile } from "../files/move-file.js";
import { fileNameOf } from "../run/run-folder.js";
import { statIfThere } from "../files/stat-if-there.js";
import { writeAtomically } from "../files/write-atomically.js";

/**
 * An input file at the place where the preparation of its run looks for it. A file from outside
 * waits in `output/.incoming`, because a watch would run it from `input`.
 *
 * Beside a moved file, a `.origin` file contains its original path, to which a refused start moves
 * the file back. A `.template` file is a copy of the template for its prompts. If a command dies
 * before its start, later commands clean up.
 */
export interface StagedInput {
  readonly inputPath: string;
  readonly inputName: string;
}

export const incoming = ".incoming";
const originEnding = ".origin";
const templateEnding = ".template";
/** Age in ms from which a staged file is forgotten. No start takes this long. */
const forgottenAfterMs = 24 * 3_600_000;

/** @param how.sha256 SHA-256 of the file's bytes, from `checkInput` */
export async function stageInput(
  folder: { readonly input: string; readonly output: string },
  file: string,
  how: { readonly move: boolean; readonly sha256: string },
): Promise<StagedInput> {
  const inputName = basename(file);
  if (await liesInInput(folder, file, how.sha256)) {
    return { inputPath: join(folder.input, inputName), inputName };
  }
  const absolute = join(await realpath(dirname(file)), inputName);
  await mkdir(join(folder.output, incoming), { recursive: true });
  const random = randomBytes(6).toString("hex");
  const { name, ext } = parse(inputName);
  // Shortened, because a name of maximum length would be too long after the random part.
  const inputPath = join(folder.output, incoming, `${random}-${fileNameOf(name)}${ext}`);
  // A link belongs to the user. Its target is copied, and link and target stay.
  if (how.move && !(await lstat(absolute)).isSymbolicLink()) {
    await writeAtomically(originOf(inputPath), absolute);
    await moveFile(absolute, inputPath);
  } else {
    await copyWhole(absolute, inputPath);
  }
  return { inputPath, inputName };
}

/**
 * True if the file, or a file with the same name and content, is already in `input`. Throws a
 * `UserError` if a file with the same name has other content.
 */
export async function liesInInput(
  folder: { readonly input: string },
  file: string,
  sha256: string,
): Promise<boolean> {
  const inputName = basename(file);
  const place = join(folder.input, inputName);
  if ((await realpath(dirname(file))) === (await realpath(folder.input))) return true;
  if (!(await isThere(place))) return false;
  if ((await hashFile(place)) === sha256) return true;
  throw new UserError(
    `Expected no other ${JSON.stringify(inputName)} in ${JSON.stringify(folder.input)}, but a file of that name with other content is there. Remove or rename one of the two, or give this one a name of its own with --name and another file name.`,
  );
}

/**
 * Undoes `stageInput` after a refused start: removes a copy, and moves a moved file back. A file in
 * `input` stays. A moved file also stays if its original path is taken.
 */
export async function discardStaged(inputPath: string): Promise<void> {
  if (!isStaged(inputPath)) return;
  const origin = await originPath(inputPath);
  const isMoved = origin !== undefined && (await isThere(inputPath));
  if (isMoved && !(await isThere(origin))) await moveFile(inputPath, origin);
  else if (isMoved && (await hashFile(origin)) !== (await hashFile(inputPath))) return;
  await rm(inputPath, { recursive: true, force: true });
  await forgetOrigin(inputPath);
}

/**
 * Returns the files that were staged more than a day ago. An experiment that is not prepared yet
 * may still need them.
 */
export async function forgottenInputs(
  { output }: { readonly output: string },
  nowMs: number,
): Promise<string[]> {
  const folder = join(output, incoming);
  if (!(await isThere(folder))) return [];
  const lastChanges = new Map<string, number>();
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    const ending = [originEnding, templateEnding].find((each) => path.endsWith(each)) ?? "";
    const staged = path.slice(0, path.length - ending.length);
    const changedMs = Number((await statIfThere(path))?.ctimeMs ?? nowMs);
    lastChanges.set(staged, Math.max(changedMs, lastChanges.get(staged) ?? 0));
  }
  return [...lastChanges]
    .filter(([, changedMs]) => nowMs - changedMs > forgottenAfterMs)
    .map(([path]) => path);
}

/** Removes the files beside a staged one, once the preparation has moved it to its run. */
export async function forgetOrigin(inputPath: string): Promise<void> {
  if (!isStaged(inputPath)) return;
  await rm(originOf(inputPath), { force: true });
  await rm(`${inputPath}${templateEnding}`, { force: true });
}

/**
 * Copies the template of an input beside its staged file, so that the preparation does not depend
 * on the original. A file in `input` has no place for a template beside it.
 */
export async function stageTemplate(inputPath: string, template: string): Promise<void> {
  if (isStaged(inputPath)) await copyWhole(template, `${inputPath}${templateEnding}`);
}

/** Copies an input's template, which is staged or at its own path, to the run. Safe to repeat. */
export async function keepTemplate(
  { inputPath, template }: { readonly inputPath: string; readonly template: string },
  kept: string,
): Promise<void> {
  if (await isThere(kept)) return;
  const staged = `${inputPath}${templateEnding}`;
  const source = isStaged(inputPath) && (await isThere(staged)) ? staged : template;
  try {
    await copyWhole(source, kept);
  } catch (error) {
    throw new UserError(
      `Expected the template of the prompts at ${JSON.stringify(source)}, got: ${errorText(error)}. Put it there.`,
      { cause: error },
    );
  }
}

function isStaged(inputPath: string): boolean {
  return basename(dirname(inputPath)) === incoming;
}

function originOf(inputPath: string): string {
  return `${inputPath}${originEnding}`;
}

async function originPath(inputPath: string): Promise<string | undefined> {
  try {
    return await readFile(originOf(inputPath), "utf8");
  } catch (error) {
    if (errorCode(error) === "ENOENT") return undefined;
    throw error;
  }
}
