import { mkdir, readdir } from "node:fs/promises";
import { basename, dirname, extname, join } from "node:path";

import type { RejectedInput } from "../../domain/experiment/watch.js";
import { errorCode } from "../../domain/failure/error-code.js";
import type { InputFile } from "./input-looks.js";
import { moveFile } from "../files/move-file.js";
import { writeAtomically } from "../files/write-atomically.js";

const rejected = "rejected";
const longestReason = 500;

/**
 * Moves a file to `rejected` below its folder, with its settings and a `<name>.error.txt` with the
 * reason. If a file with the same name exists there, the new file gets a number. The reason is
 * written first, so that a crash never leaves a file without a reason.
 */
export async function rejectInput(
  file: Pick<InputFile, "path" | "inputName" | "settingsPath">,
  reason: string,
  now: Date,
): Promise<RejectedInput> {
  const folder = join(dirname(file.path), rejected);
  await mkdir(folder, { recursive: true });
  const ending = extname(file.inputName);
  const name = await freeName(folder, basename(file.inputName, ending));
  const errorFile = join(folder, `${name}.error.txt`);
  await writeAtomically(errorFile, textOf(file, reason, now));
  await moveIfThere(file.path, join(folder, `${name}${ending}`));
  // The settings are moved after the file. If a crash left the file without its settings, it would
  // run without them.
  if (file.settingsPath !== undefined) {
    await moveIfThere(file.settingsPath, join(folder, `${name}.settings.json`));
  }
  return { inputName: file.inputName, reason: cut(reason), errorFile };
}

/** Returns a name that no file has. A reason without its file comes from an earlier attempt. */
async function freeName(folder: string, name: string): Promise<string> {
  const names = await readdir(folder);
  const isTaken = (candidate: string): boolean =>
    names.some((one) => one.startsWith(`${candidate}.`) && one !== `${candidate}.error.txt`);
  let candidate = name;
  for (let number = 2; isTaken(candidate); number += 1) candidate = `${name}-${number}`;
  return candidate;
}

function textOf(
  { inputName, path, settingsPath }: Pick<InputFile, "path" | "inputName" | "settingsPath">,
  reason: string,
  now: Date,
): string {
  const what = settingsPath === undefined ? "it" : "it and its settings file";
  return [
    `${inputName} was set aside at ${now.toISOString()}. Nothing of it was sent.`,
    reason,
    `Put it right, then move ${what} back to ${dirname(path)}.`,
    "",
  ].join("\n\n");
}

/** Moves a file if it exists. An earlier attempt that counted as dead may have moved it. */
async function moveIfThere(from: string, to: string): Promise<void> {
  try {
    await moveFile(from, to);
  } catch (error) {
    if (errorCode(error) !== "ENOENT") throw error;
  }
}

function cut(text: string): string {
  return text.length <= longestReason ? text : `${text.slice(0, longestReason - 1)}…`;
}
