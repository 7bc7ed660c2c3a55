/** The parts of a message's content. Image files are read; all other parts are sent unchanged. */
import { defined } from "../../domain/defined.js";
import { isJsonObject } from "../../domain/json/json.js";
import type { JsonValue } from "../../domain/json/json.js";
import type { MediaFile } from "../provider.js";
import { readMedia } from "../media/read-media.js";

interface ImageRules {
  readonly mediaFolder: string;
  readonly mostImageBytes: number | undefined;
}

/**
 * Returns the part in the API's form: text becomes an object, and an image file becomes a data URL.
 */
export async function toPart(
  part: JsonValue,
  { mediaFolder, mostImageBytes }: ImageRules,
): Promise<JsonValue> {
  if (typeof part === "string") return { type: "text", text: part };
  const url = urlOf(part);
  if (!isJsonObject(part) || url === undefined) return part;
  const file = fileOf(part, mostImageBytes);
  const image = part["image_url"];
  const sent = file ? await readAsUrl(mediaFolder, file) : url;
  return { ...part, image_url: { detail: "auto", ...(isJsonObject(image) && image), url: sent } };
}

/** Start of an address, which the API may fetch itself. A file's name may have a colon too. */
const scheme = /^([a-z][a-z\d+.-]*:\/\/|data:)/i;

/** Returns the file of a part, unless it has the address of its content. */
export function fileOf(part: JsonValue, mostImageBytes: number | undefined): MediaFile | undefined {
  const path = urlOf(part);
  if (path === undefined || scheme.test(path)) return undefined;
  return { path, ...defined({ mostBytes: mostImageBytes }) };
}

function urlOf(part: JsonValue): string | undefined {
  if (!isJsonObject(part) || part["type"] !== "image_url") return undefined;
  const image = part["image_url"];
  const url = isJsonObject(image) ? image["url"] : image;
  return typeof url === "string" ? url : undefined;
}

async function readAsUrl(mediaFolder: string, file: MediaFile): Promise<string> {
  const { mimeType, bytes } = await readMedia(mediaFolder, file);
  return `data:${mimeType};base64,${bytes.toString("base64")}`;
}
