/** The parts of a message's content: texts and images. */
import { isJsonObject } from "../../domain/json/json.js";
import type { JsonObject, JsonValue } from "../../domain/json/json.js";
import type { MediaFile } from "../provider.js";
import { readMedia } from "../media/read-media.js";

/** In prompto's words, or `undefined`. */
export function problemOfPart(part: JsonValue): string | undefined {
  if (typeof part === "string") return undefined;
  if (!isJsonObject(part)) return "Expected each part of a message to be a text or an object";
  const type = part["type"];
  if (type === undefined) return "Multimedia type is not specified";
  if (type !== "text" && type !== "image_url") {
    return `Unsupported multimedia type: ${typeof type === "string" ? type : JSON.stringify(type)}`;
  }
  if (part[type] === undefined) {
    return `Got type == '${type}', but '${type}' is not a key in the content dictionary`;
  }
  return type === "image_url" && urlOf(part) === undefined
    ? "Got type == 'image_url', but 'url' is not a key in the content['image_url'] dictionary"
    : undefined;
}

interface ImageRules {
  readonly mediaFolder: string;
  readonly mostImageBytes: number | undefined;
}

/** A part without a problem, as the API takes it: an image that is a file becomes a data URL. */
export async function toPart(
  part: JsonValue,
  { mediaFolder, mostImageBytes }: ImageRules,
): Promise<JsonObject> {
  if (!isJsonObject(part)) return { type: "text", text: part };
  const file = fileOf(part, mostImageBytes);
  const image = part["image_url"];
  if (image === undefined) return part;
  const url = file ? await readAsUrl(mediaFolder, file) : (urlOf(part) ?? null);
  return { ...part, image_url: { detail: "auto", ...(isJsonObject(image) && image), url } };
}

/** The file that a part names, unless the API can read its URL itself. */
export function fileOf(part: JsonValue, mostImageBytes: number | undefined): MediaFile | undefined {
  const path = urlOf(part);
  if (path === undefined || /^(https:\/\/|data:)/.test(path)) return undefined;
  return { path, ...(mostImageBytes !== undefined && { mostBytes: mostImageBytes }) };
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
