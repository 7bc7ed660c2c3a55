/**
 * The parts of a prompt to Vertex AI, in prompto's form (with `type` and `media`) or the API's own.
 * Images and videos of the media folder are sent with the request. Other files have a `gs://` or
 * `https://` address.
 */
import type { JsonObject } from "../../domain/json/json.js";
import type { PartRules } from "../google-protocol/messages.js";
import { isNativePart } from "../google-protocol/parts.js";
import type { MediaFile } from "../provider.js";

export const vertexParts: PartRules = {
  check: (part) => {
    if (isNativePart(part)) return undefined;
    const { type, media } = part;
    if (typeof media !== "string") return "File location is not specified in `media`";
    if (type === "text") return undefined;
    if (type !== "image" && type !== "video" && type !== "uri") {
      return `Unsupported multimedia type: ${typeof type === "string" ? type : JSON.stringify(type)}`;
    }
    return checkMimeType(part, media);
  },
  fileOf,
};

function checkMimeType(
  { type, mime_type: mimeType }: JsonObject,
  media: string,
): string | undefined {
  if (typeof mimeType === "string" || media.startsWith("data:")) return undefined;
  if (type === "image") {
    return isAddress(media)
      ? "Mime type is not specified. Required for image type if media is a GCS URI"
      : undefined;
  }
  return `Mime type is not specified. Required for ${type === "uri" ? "uri" : "video type"}`;
}

function fileOf({ type, media }: JsonObject): MediaFile | undefined {
  if ((type !== "image" && type !== "video") || typeof media !== "string") return undefined;
  return isAddress(media) ? undefined : { path: media };
}

function isAddress(media: string): boolean {
  return /^(gs:\/\/|https:\/\/|data:)/.test(media);
}
