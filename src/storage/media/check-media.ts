import { stat } from "node:fs/promises";
import { join, relative } from "node:path";

import { computed } from "../../domain/computed.js";
import type { PromptRecord } from "../../domain/record/prompt-record.js";
import { errorCode } from "../../domain/failure/error-code.js";

/** A file below the media folder that a record's call reads. */
interface NamedFile {
  readonly path: string;
  /** Maximum size in bytes. @default no limit is known */
  readonly mostBytes?: number;
}

/** Returns the files that a record's call reads. */
export type MediaOf = (record: PromptRecord) => readonly NamedFile[];

/** Returns the problems of a record's media files, one sentence each. */
export type CheckMedia = (record: PromptRecord) => readonly string[] | Promise<readonly string[]>;

/**
 * Returns a function that checks media files. It checks each file once, even if several records use
 * the file.
 */
export function createMediaCheck(mediaFolder: string, mediaOf: MediaOf): CheckMedia {
  const sizes = new Map<string, Promise<number | string>>();
  const sizeOf = (path: string): Promise<number | string> => {
    return computed(sizes, path, () => lookAt(mediaFolder, path));
  };
  return (record) => {
    const files = mediaOf(record);
    if (files.length === 0) return [];
    const looks = files.map(async (file) => problemOf(file, await sizeOf(file.path), mediaFolder));
    return Promise.all(looks).then((problems) => problems.filter((each) => each !== undefined));
  };
}

/** Returns the file's size in bytes, or the reason why it is unreadable. */
async function lookAt(mediaFolder: string, path: string): Promise<number | string> {
  const file = join(mediaFolder, path);
  if (path.includes("\0") || /^\.\.([/\\]|$)/.test(relative(mediaFolder, file))) {
    return "it lies outside";
  }
  try {
    const entry = await stat(file);
    return entry.isFile() ? entry.size : "it is no file";
  } catch (error) {
    const code = errorCode(error);
    return code === "ENOENT" || code === "ENOTDIR" ? "nothing is there" : String(code);
  }
}

function problemOf(
  { path, mostBytes }: NamedFile,
  size: number | string,
  mediaFolder: string,
): string | undefined {
  const name = JSON.stringify(path);
  if (typeof size === "string") {
    return `Expected the media file ${name} in ${JSON.stringify(mediaFolder)}: ${size}. Put the file there, or correct the prompt.`;
  }
  if (mostBytes === undefined || size <= mostBytes) return undefined;
  return `Expected the media file ${name} to have at most ${megabytes(mostBytes)} MB, which is what the API takes, got ${megabytes(size)} MB. Make it smaller.`;
}

function megabytes(bytes: number): string {
  return (Math.round(bytes / 1e4) / 100).toString();
}
