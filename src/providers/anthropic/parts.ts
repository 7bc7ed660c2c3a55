/**
 * The parts of a message. Images and documents have prompto's form (`source.media` is a file of the
 * media folder), an https address, or the form of Anthropic's API. All other parts are sent
 * unchanged.
 */
import { isJsonObject } from "../../domain/json/json.js";
import type { JsonObject, JsonValue } from "../../domain/json/json.js";
import { readDataUrl } from "../media/data-url.js";
import type { MediaFile } from "../provider.js";
import { readMedia } from "../media/read-media.js";

/**
 * Maximum bytes of an image file: 5 MB of base64,
 * https://platform.claude.com/docs/en/build-with-claude/vision.
 */
const mostImageBytes = (5 * 2 ** 20 * 3) / 4;
/**
 * Maximum bytes of a document: 32 MB of base64 for a request,
 * https://platform.claude.com/docs/en/build-with-claude/pdf-support.
 */
const mostDocumentBytes = (32 * 2 ** 20 * 3) / 4;

export function mediaOfBlock(given: JsonValue): readonly MediaFile[] {
  const part = inOwnForm(given);
  const path = pathOf(part);
  if (path === undefined) return [];
  const isImage = isJsonObject(part) && part["type"] === "image";
  return [{ path, mostBytes: isImage ? mostImageBytes : mostDocumentBytes }];
}

/** Returns an image in the form of other APIs, as flows write it, in the form of prompto. */
function inOwnForm(part: JsonValue): JsonValue {
  if (!isJsonObject(part) || part["type"] !== "image_url") return part;
  const image = part["image_url"];
  const media = isJsonObject(image) ? image["url"] : image;
  return typeof media === "string" ? { type: "image", source: { media } } : part;
}

/** Returns the path of the file of an image or a document. */
function pathOf(part: JsonValue): string | undefined {
  const media = addressOf(part);
  return media === undefined || /^(https:\/\/|data:)/.test(media) ? undefined : media;
}

/** Returns the value of prompto's `source.media`. */
function addressOf(part: JsonValue): string | undefined {
  if (!isJsonObject(part) || (part["type"] !== "image" && part["type"] !== "document")) {
    return undefined;
  }
  const { source } = part;
  if (!isJsonObject(source) || source["type"] !== undefined) return undefined;
  return typeof source["media"] === "string" ? source["media"] : undefined;
}

/** Returns the part in the API's form, with the contents of its file. */
export async function blockOf(given: JsonValue, mediaFolder: string): Promise<JsonValue> {
  if (typeof given === "string") return { type: "text", text: given };
  const part = inOwnForm(given);
  const address = addressOf(part);
  if (address === undefined || !isJsonObject(part)) return part;
  return { ...part, source: await sourceOf(address, part, mediaFolder) };
}

async function sourceOf(
  address: string,
  part: JsonObject,
  mediaFolder: string,
): Promise<JsonObject> {
  if (address.startsWith("https://")) return { type: "url", url: address };
  const inline = readDataUrl(address);
  if (inline) return { type: "base64", media_type: inline.mimeType, data: inline.data };
  const [file] = mediaOfBlock(part);
  const { mimeType, bytes } = await readMedia(mediaFolder, file ?? { path: address });
  if (part["type"] === "document" && mimeType.startsWith("text/")) {
    return { type: "text", media_type: "text/plain", data: bytes.toString("utf8") };
  }
  return { type: "base64", media_type: mimeType, data: bytes.toString("base64") };
}
