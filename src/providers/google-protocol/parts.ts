/** The parts of a prompt in the form of Google's own APIs, which both of them take as they are. */
import { defined } from "../../domain/defined.js";
import type { JsonObject } from "../../domain/json/json.js";
import { readDataUrl } from "../media/data-url.js";
import type { MediaFile } from "../provider.js";
import { readMedia } from "../media/read-media.js";

/** Whether a part is not in prompto's form, which has a `type`: it goes to the API as it is. */
export function isNativePart(part: JsonObject): boolean {
  return part["type"] === undefined;
}

/**
 * A part with `type` and `media`, as the API's check lets it through.
 *
 * @param file what of the media folder it names, which is read; without one `media` is a text, data or an address
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
