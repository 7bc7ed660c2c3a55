/** The files that a record uploads to Gemini's files API, and their names at the API. */
import { isJsonArray, isJsonObject } from "../../domain/json/json.js";
import type { JsonObject, JsonValue } from "../../domain/json/json.js";
import type { PromptRecord } from "../../domain/record/prompt-record.js";
import { geminiName } from "./access.js";
import { geminiAccountOf, openGeminiFiles } from "./files.js";

/** The file of a media part, and its name at the API if it is already uploaded. */
interface NamedMedia {
  readonly path: string;
  readonly uploadedName?: string;
}

/**
 * The part of the files API that the media tools use: https://ai.google.dev/gemini-api/docs/files.
 */
export const geminiUploads = {
  name: geminiName,
  mostBytes: 2_000_000_000,
  openFiles: openGeminiFiles,
  accountOf: geminiAccountOf,
  mediaNamedIn,
  nameUploads,
} as const;

/**
 * Returns the files in the order of the prompt. Texts, addresses and records of other APIs have no
 * files.
 */
function mediaNamedIn(record: PromptRecord): readonly NamedMedia[] {
  const found: NamedMedia[] = [];
  mapParts(record, (part) => {
    const media = mediaOf(part);
    if (media) found.push(media);
    return part;
  });
  return found;
}

/** Adds the uploaded name to each file of a record's prompt. */
function nameUploads(
  record: PromptRecord,
  nameOf: (path: string) => string | undefined,
): JsonValue {
  return mapParts(record, (part) => {
    const media = mediaOf(part);
    const name = media && nameOf(media.path);
    return name === undefined ? part : { ...part, uploaded_filename: name };
  });
}

function mapParts(record: PromptRecord, map: (part: JsonObject) => JsonObject): JsonValue {
  const { api, prompt } = record;
  // A record is raw JSON, so its type guarantees nothing.
  const contents = prompt as JsonValue;
  if (api !== geminiName || !isJsonArray(contents)) return contents;
  return contents.map((content) => {
    const parts = isJsonObject(content) ? content["parts"] : undefined;
    if (!isJsonObject(content) || parts === undefined) return content;
    const mapPart = (part: JsonValue): JsonValue => (isJsonObject(part) ? map(part) : part);
    return {
      ...content,
      parts: isJsonArray(parts) ? parts.map(mapPart) : mapPart(parts),
    };
  });
}

function mediaOf({ type, media, uploaded_filename: name }: JsonObject): NamedMedia | undefined {
  if (typeof media !== "string" || type === undefined || type === "text") return undefined;
  if (/^(https:\/\/|gs:\/\/|data:)/.test(media)) return undefined;
  return { path: media, ...(typeof name === "string" && { uploadedName: name }) };
}
