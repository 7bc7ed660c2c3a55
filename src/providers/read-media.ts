import { readFile } from "node:fs/promises";
import { extname, join, relative } from "node:path";
import { ProviderError } from "./provider.js";

export interface Media {
  /** `image/png`, from the file's first bytes, else from its suffix. */
  readonly mimeType: string;
  readonly base64: string;
}

const fallbackType = "image/jpeg";

const typesBySuffix: Readonly<Record<string, string>> = {
  ".jpg": "image/jpeg",
  ".jpeg": "image/jpeg",
  ".png": "image/png",
  ".gif": "image/gif",
  ".webp": "image/webp",
  ".bmp": "image/bmp",
  ".tif": "image/tiff",
  ".tiff": "image/tiff",
  ".heic": "image/heic",
  ".avif": "image/avif",
  ".svg": "image/svg+xml",
};

const typesByStart: readonly (readonly [RegExp, string])[] = [
  [/^\xff\xd8\xff/, "image/jpeg"],
  [/^\x89PNG\r\n/, "image/png"],
  [/^GIF8[79]a/, "image/gif"],
  [/^RIFF[^]{4}WEBP/, "image/webp"],
  [/^BM/, "image/bmp"],
];

/** Reads a file that a prompt names. A file that is not there, or not under the media folder, is `missing-media`. */
export async function readMedia(mediaFolder: string, path: string): Promise<Media> {
  const bytes = await readBytes(mediaFolder, path);
  const start = bytes.toString("latin1", 0, 16);
  const byStart = typesByStart.find(([pattern]) => pattern.test(start))?.[1];
  const mimeType = byStart ?? typesBySuffix[extname(path).toLowerCase()] ?? fallbackType;
  return { mimeType, base64: bytes.toString("base64") };
}

const missingCodes = ["ENOENT", "ENOTDIR", "EISDIR", "EACCES", "ENAMETOOLONG"];

async function readBytes(mediaFolder: string, path: string): Promise<Buffer> {
  const file = join(mediaFolder, path);
  if (path.includes("\0") || /^\.\.([/\\]|$)/.test(relative(mediaFolder, file))) {
    throw missing(path, mediaFolder, "it lies outside");
  }
  try {
    return await readFile(file);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    if (missingCodes.includes(code)) throw missing(path, mediaFolder, code);
    throw error;
  }
}

function missing(path: string, mediaFolder: string, why: string): ProviderError {
  return new ProviderError(
    `Could not read ${JSON.stringify(path)} from the media folder "${mediaFolder}": ${why}. ` +
      "Put the file there, or correct the prompt.",
    { kind: "missing-media" },
  );
}
