import { randomBytes } from "node:crypto";
import { access, constants, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";

import { errorText } from "../domain/failure/error-text.js";
import { UserError } from "../domain/failure/user-error.js";
import { errorCode } from "../domain/failure/error-code.js";
import { openFolderIdentity } from "./folder-identity.js";
import { makeFolder } from "./files/make-folder.js";

export { listRuns, type RunSummary } from "./run/list-runs.js";
export { discardStaged, forgottenInputs, stageInput, stageTemplate } from "./input/stage-input.js";

/** A data folder, which belongs to the user. All paths are absolute. */
export interface DataFolder {
  readonly path: string;
  readonly input: string;
  readonly output: string;
  readonly media: string;
}

/**
 * Creates the missing parts of a data folder, including its identity. Throws a `UserError` if it
 * cannot be created or written.
 */
export async function openDataFolder(path: string): Promise<DataFolder> {
  const absolute = resolve(path);
  const folder: DataFolder = {
    path: absolute,
    input: join(absolute, "input"),
    output: join(absolute, "output"),
    media: join(absolute, "media"),
  };
  try {
    for (const part of [folder.input, folder.output, folder.media]) {
      await makeFolder(part);
      await access(part, constants.R_OK | constants.W_OK | constants.X_OK);
    }
    await tryToWrite(folder.output);
    await openFolderIdentity(absolute);
  } catch (error) {
    throw unusable(absolute, error);
  }
  return folder;
}

/**
 * Writes a file as a test. Permissions are not enough: root may write anywhere, except on a full or
 * read-only file system.
 */
async function tryToWrite(folder: string): Promise<void> {
  const probe = join(folder, `.probe-${randomBytes(6).toString("hex")}`);
  try {
    await writeFile(probe, "ostinato\n", { flag: "wx" });
  } finally {
    await rm(probe, { force: true });
  }
}

function unusable(path: string, error: unknown): unknown {
  const code = errorCode(error);
  if (code === undefined) return error;
  const quoted = JSON.stringify(path);
  const notAFolder = code === "EEXIST" || code === "ENOTDIR";
  const message = notAFolder
    ? `Expected the data folder ${quoted} to be a folder with input, output and media in it, but a file is in the way (${errorText(error)}). Name another folder with --data-folder.`
    : `Expected to write in the data folder ${quoted}, got: ${errorText(error)}. Make it writable or name another with --data-folder.`;
  return new UserError(message, { cause: error });
}
