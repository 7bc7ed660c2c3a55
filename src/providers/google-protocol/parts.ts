/** The parts of a prompt in the form of Google's APIs, which both APIs accept unchanged. */
import { defined } from "../../domain/defined.js";
import type { JsonObject } from "../../domain/json/json.js";
import { readDataUrl } from "../media/data-url.js";
import type { MediaFile } from "../provider.js";
import { readMedia } from "../media/read-media.js";

/**
 * True for a part that is not in prompto's form. Parts in prompto's form have a `type`; all other
 * parts are sent unchanged.
 */
export function isNativePart(part: JsonObject): boolean {
  return part["type"] === undefined;
}

/**
 * Converts a part with `type` and `media` that has passed the API's check.
 * @param file file of the media folder to read. If absent, `media` is text, data or an address.
 */
export async function toNativePart(
  part: JsonObject,
  file: MediaFile | undefined,
  mediaFolder: string,
): Promise<JsonObject> {
  if (isNativePart(part)) return part;
  const { type, media = "", mime_type: mimeType } = part;
  if (type === "text") return { text: media };
  if (file) {
    const { mimeType: found, bytes } = await readMedia(mediaFolder, file);
    return { inlineData: { mimeType: found, data: bytes.toString("base64") } };
  }
  const inline = typeof media === "string" ? readDataUrl(media) : undefined;
  return inline
    ? { inlineData: { ...inline } }
    : { fileData: { fileUri: media, ...defined({ mimeType }) } };
}
