/**
 * The parts of a prompt to the Gemini API, in prompto's form (with `type` and `media`) or the API's
 * own. Images are sent with the request. Upload other files first (`ostinato media upload`);
 * `uploaded_filename` names them.
 */
import type { JsonObject } from "../../domain/json/json.js";
import type { PartRules } from "../google-protocol/messages.js";
import { isNativePart, toNativePart } from "../google-protocol/parts.js";
import type { MediaFile } from "../provider.js";

/**
 * Maximum bytes: 100 MB of base64 for a request,
 * https://ai.google.dev/gemini-api/docs/file-input-methods.
 */
const mostImageBytes = 75_000_000;

export const geminiParts: PartRules = {
  check: (part) => {
    if (isNativePart(part)) return undefined;
    const { type, media, uploaded_filename: uploaded } = part;
    if (typeof media !== "string") return "File location is not specified in `media`";
    if (type === "text" || type === "image" || typeof uploaded === "string") return undefined;
    return isAddress(media)
      ? undefined
      : `File ${media} not uploaded. Please upload the file first. \`ostinato media upload\` does that for a whole experiment.`;
  },
  fileOf,
};

function fileOf({ type, media, uploaded_filename: uploaded }: JsonObject): MediaFile | undefined {
  if (type !== "image" || typeof media !== "string" || uploaded !== undefined) return undefined;
  return isAddress(media) ? undefined : { path: media, mostBytes: mostImageBytes };
}

function isAddress(media: string): boolean {
  return /^(https:\/\/|data:)/.test(media);
}

interface Reach {
  readonly mediaFolder: string;
  readonly findFile: (name: string) => Promise<JsonObject>;
}

/** Returns the part in the API's own form. Reads its file or looks up its upload. */
export async function toGeminiPart(part: JsonObject, reach: Reach): Promise<JsonObject> {
  const { type, uploaded_filename: uploaded } = part;
  return type !== "text" && typeof uploaded === "string" && !isNativePart(part)
    ? { fileData: await reach.findFile(uploaded) }
    : toNativePart(part, fileOf(part), reach.mediaFolder);
}
