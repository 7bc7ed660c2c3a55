/**
 * The identity of a data folder, which names its task queues. Only workers with the same folder at
 * the same path get its work.
 *
 * The folder contains a marker, `.ostinato-folder.json`, with a random id and the folder's original
 * paths: as given and with symbolic links resolved. At one of these paths, the identity is the id.
 * At any other path, the folder was moved, copied or mounted elsewhere, and the identity is the id
 * and a hash of the path. Two copies never share a queue, but machines that mount the folder at the
 * same path do. A folder that is moved back regains its identity. The marker is written once and
 * never changed.
 */
import { createHash, randomBytes } from "node:crypto";
import { link, open, realpath, rm, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { errorCode } from "../domain/failure/error-code.js";
import { UserError } from "../domain/failure/user-error.js";
import { readJson } from "./files/read-json.js";
import { syncFolder } from "./files/write-atomically.js";

export const markerName = ".ostinato-folder.json";

const markerVersion = 1;
/**
 * Time in ms to wait for the content. On a file system without hard links, the marker appears a
 * moment before its content.
 */
const contentTimeoutMs = 2_000;
const contentPollMs = 20;

interface Marker {
  readonly version: number;
  /** Random id, in lower-case hexadecimal digits. */
  readonly id: string;
  /** Absolute paths. */
  readonly paths: readonly string[];
}

/** Returns the identity of an existing folder. Creates the marker if it is missing. */
export async function openFolderIdentity(path: string): Promise<string> {
  const found = await findFolderIdentity(path);
  if (found !== undefined) return found;
  const id = randomBytes(10).toString("hex");
  await makeMarker(resolve(path), { version: markerVersion, id, paths: await pathsOf(path) });
  // Another process may have created the marker first. That marker counts.
  const made = await findFolderIdentity(path);
  if (made !== undefined) return made;
  throw new Error(`Expected ${JSON.stringify(join(path, markerName))} to be there once made.`);
}

/** Returns the identity of a folder, or `undefined` if the folder or its marker is missing. */
export async function findFolderIdentity(path: string): Promise<string | undefined> {
  const marker = await readMarker(join(resolve(path), markerName));
  if (!marker) return undefined;
  const paths = await pathsOf(path);
  if (paths.some((one) => marker.paths.includes(one))) return marker.id;
  const hash = createHash("sha256").update(paths.at(-1) ?? path);
  return `${marker.id}-${hash.digest("hex").slice(0, 8)}`;
}

/**
 * Throws if `path` on this machine is not the folder with that identity. This is not a user error:
 * a mount may be missing and come back.
 */
export async function requireFolder(path: string, identity: string): Promise<void> {
  const found = await findFolderIdentity(path);
  if (found === identity) return;
  const quoted = JSON.stringify(path);
  const reason =
    found === undefined
      ? `The data folder ${quoted} is not there on ${hostname()}, or has no ${markerName}.`
      : `The data folder ${quoted} on ${hostname()} is not the experiment's folder, according to its ${markerName}.`;
  throw new Error(`${reason} Mount or restore it at that path; the work then continues.`);
}

/** Returns the path as given and, last, with symbolic links resolved. */
async function pathsOf(path: string): Promise<string[]> {
  return [...new Set([resolve(path), await realpath(path)])];
}

async function readMarker(path: string): Promise<Marker | undefined> {
  const end = Date.now() + contentTimeoutMs;
  for (;;) {
    try {
      return checkMarker(path, await readJson(path));
    } catch (error) {
      if (!(error instanceof Error && error.cause instanceof SyntaxError)) throw error;
      if (Date.now() >= end) throw unreadable(path, error);
    }
    await sleep(contentPollMs);
  }
}

function checkMarker(path: string, value: unknown): Marker | undefined {
  if (value === undefined) return undefined;
  // A user may have changed the file, so each value is checked.
  const { version, id, paths } = (value ?? {}) as Partial<Record<keyof Marker, unknown>>;
  if (typeof version === "number" && version > markerVersion) {
    throw new UserError(
      `Expected version ${markerVersion} in ${JSON.stringify(path)}, got version ${version}. A newer version of Ostinato made this data folder. Update Ostinato.`,
    );
  }
  const isList = Array.isArray(paths) && paths.every((one) => typeof one === "string");
  if (
    version !== markerVersion ||
    typeof id !== "string" ||
    !/^[0-9a-f]{8,40}$/.test(id) ||
    !isList
  ) {
    throw unreadable(path);
  }
  return { version, id, paths };
}

function unreadable(path: string, cause?: Error): UserError {
  return new UserError(
    `Expected the identity of a data folder in ${JSON.stringify(path)}, got something else. Restore the file. If no experiment of this folder is running, you can also remove it: the next command makes a new one.`,
    { cause },
  );
}

/** Creates the marker atomically. Does nothing if it exists. */
async function makeMarker(folder: string, marker: Marker): Promise<void> {
  const path = join(folder, markerName);
  const temporary = `${path}.${randomBytes(6).toString("hex")}.tmp`;
  const content = `${JSON.stringify(marker, null, 2)}\n`;
  try {
    await writeSynced(temporary, content);
    try {
      await link(temporary, path);
    } catch (error) {
      if (errorCode(error) === "EEXIST") return;
      await makeWithoutLink(path, content);
    }
  } finally {
    await rm(temporary, { force: true });
  }
  await syncFolder(folder);
}

/**
 * Creates the marker on file systems without hard links, such as FAT and some network shares. The
 * file is created first, then filled.
 */
async function makeWithoutLink(path: string, content: string): Promise<void> {
  try {
    await writeSynced(path, content);
  } catch (error) {
    if (errorCode(error) !== "EEXIST") throw error;
  }
}

async function writeSynced(path: string, content: string): Promise<void> {
  const file = await open(path, "wx");
  try {
    await writeFile(file, content);
    await file.sync();
  } finally {
    await file.close();
  }
}
