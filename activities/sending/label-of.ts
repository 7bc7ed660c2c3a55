import type { PromptRecord } from "../../src/domain/record/prompt-record.js";

/**
 * Maximum length of an id in bytes. Servers guarantee 200 bytes for a summary, and the record's
 * number takes some of them.
 */
const longestId = 60;
const longestLabel = 180;

/**
 * Returns a record's id and the start of its prompt, for the Web UI. For a judge's record, returns
 * only the id: its prompt quotes an answer, and answers do not travel through Temporal.
 */
export function labelOf(record: PromptRecord, preview: boolean): string {
  const { id, prompt } = record;
  const name = id === undefined || id === null ? "" : cutBytes(textOf(id), longestId);
  if (!preview || "input-response" in record) return name;
  const start = typeof prompt === "string" ? prompt : textOf(prompt[0] ?? "");
  const line = firstCharacters(start).replace(/\s+/g, " ").trim();
  return cutBytes(`${name} ${line}`.trim(), longestLabel);
}

/** Returns the start of a pipeline's row, for the Web UI. */
export function labelOfRow(line: string, preview: boolean): string {
  return preview ? cutBytes(firstCharacters(line).trim(), longestLabel) : "";
}

function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  // A turn is an object, whose content may be anything.
  const content = (value as { content?: unknown }).content;
  return typeof content === "string" ? content : JSON.stringify(value);
}

/** Cuts text to the maximum number of characters in a label. */
function firstCharacters(text: string): string {
  // A character has at most two units, and the second cut is between characters.
  return Array.from(text.slice(0, 2 * longestLabel))
    .slice(0, longestLabel)
    .join("");
}

/** Cuts text to a number of bytes, between characters. */
function cutBytes(text: string, bytes: number): string {
  if (Buffer.byteLength(text) <= bytes) return text;
  let cut = "";
  let length = 0;
  for (const character of text) {
    length += Buffer.byteLength(character);
    if (length > bytes - 3) break;
    cut += character;
  }
  return `${cut}…`;
}
