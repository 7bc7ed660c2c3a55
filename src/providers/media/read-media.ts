import { readFile, stat } from "node:fs/promises";
import { extname, join, parse, relative } from "node:path";
import { ProviderError } from "../provider.js";
import type { MediaFile } from "../provider.js";

export interface Media {
  /**
   * Media type such as `image/png`: from the file's bytes, otherwise from its suffix, otherwise
   * `application/octet-stream`.
   */
  readonly mimeType: string;
  readonly bytes: Buffer;
}

/** Types by suffix, for files whose bytes do not reveal the type, such as text files. */
const typesBySuffix: Readonly<Record<string, string>> = {
  ".jpg": "image/jpeg",
  ".jpeg": "image/jpeg",
  ".png": "image/png",
  ".gif": "image/gif",
  ".webp": "image/webp",
  ".txt": "text/plain",
  ".md": "text/markdown",
  ".csv": "text/csv",
  ".html": "text/html",
  ".json": "application/json",
  ".svg": "image/svg+xml",
};

/**
 * Reads a file of a prompt. A file that is missing or outside the media folder is `missing-media`.
 * A file above the API's maximum size is a `bad-prompt` and is not read. The root of the file system
 * as the media folder has images alone.
 */
export async function readMedia(
  mediaFolder: string,
  { path, mostBytes }: MediaFile,
): Promise<Media> {
  const file = join(mediaFolder, path);
  if (path.includes("\0") || /^\.\.([/\\]|$)/.test(relative(mediaFolder, file))) {
    throw missing(path, mediaFolder, "it lies outside");
  }
  const bytes = await readOrExplain(file, { path, mediaFolder, mostBytes });
  const mimeType = await mimeTypeOf(bytes, path);
  // A row of a batch run may name any path, and a file that is no image must not leave the machine.
  if (mediaFolder === parse(mediaFolder).root && !mimeType.startsWith("image/")) {
    throw missing(path, mediaFolder, `it is no image, but ${mimeType}`);
  }
  return { mimeType, bytes };
}

const missingCodes = ["ENOENT", "ENOTDIR", "EISDIR", "EACCES", "ENAMETOOLONG"];

interface Wanted {
  readonly path: string;
  readonly mediaFolder: string;
  readonly mostBytes: number | undefined;
}

async function readOrExplain(
  file: string,
  { path, mediaFolder, mostBytes }: Wanted,
): Promise<Buffer> {
  try {
    const { size } = await stat(file);
    if (mostBytes !== undefined && size > mostBytes) throw tooLarge(path, size, mostBytes);
    return await readFile(file);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    if (missingCodes.includes(code)) throw missing(path, mediaFolder, code);
    throw error;
  }
}

/** Returns the media type of a file. @param bytes at least its first 4,100 bytes */
export async function mimeTypeOf(bytes: Buffer, path: string): Promise<string> {
  // The package is loaded here, because every command loads the adapters, but few commands read
  // media.
  const { fileTypeFromBuffer } = await import("file-type");
  const start = bytes.toString("utf8", 0, 1_000);
  if (/^\uFEFF?\s*(<\?xml[^>]*>\s*)?(<!--[^]*?-->\s*|<!DOCTYPE[^>]*>\s*)*<svg[\s>]/i.test(start)) {
    return "image/svg+xml";
  }
  const found = await fileTypeFromBuffer(bytes);
  return found?.mime ?? typesBySuffix[extname(path).toLowerCase()] ?? "application/octet-stream";
}

function missing(path: string, mediaFolder: string, why: string): ProviderError {
  return new ProviderError(
    `Could not read ${JSON.stringify(path)} from the media folder "${mediaFolder}": ${why}. ` +
      "Put the file there, or correct the prompt.",
    { kind: "missing-media" },
  );
}

function tooLarge(path: string, size: number, mostBytes: number): ProviderError {
  return new ProviderError(
    `Expected ${JSON.stringify(path)} to have at most ${inMegabytes(mostBytes)}, which is what the API takes, ` +
      `got ${inMegabytes(size)}. Make the file smaller.`,
    { kind: "bad-prompt" },
  );
}

function inMegabytes(bytes: number): string {
  return `${Math.round(bytes / 10_000) / 100} MB`;
}
