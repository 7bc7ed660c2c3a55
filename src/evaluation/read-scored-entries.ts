import { createHash } from "node:crypto";
import { isJsonObject, type JsonObject, type JsonValue } from "../domain/json.js";
import { layOutObject, parseJsonText } from "../domain/json-text.js";
import { ourKeys } from "../domain/output-line.js";
import { startOfOurs } from "../domain/scored-line.js";

/** What a comparison needs of a line. */
export interface ScoredEntry {
  /** From 1. */
  readonly line: number;
  /** As JSON, so that 1 and "1" differ. */
  readonly id?: string;
  /** A hash of it. */
  readonly prompt?: string;
  /** Numbers and truths, by key. */
  readonly scores: ReadonlyMap<string, number>;
}

export type ScoredLines = AsyncIterable<{ readonly line: number; readonly text: string }>;

/**
 * @param keys what counts as scores. @default the numbers and truths that stand behind the answer, ours for the call
 * itself left out
 */
export async function readScoredEntries(
  lines: ScoredLines,
  keys: readonly string[] = [],
): Promise<ScoredEntry[]> {
  const entries: ScoredEntry[] = [];
  for await (const { line, text } of lines) {
    const record = parseJsonText(text);
    if (!isJsonObject(record)) continue;
    const { id, prompt } = record;
    const wanted = keys.length > 0 ? keys : scoreKeys(text);
    entries.push({
      line,
      ...(id !== undefined && id !== null && { id: JSON.stringify(id) }),
      ...(prompt !== undefined && { prompt: hashOf(prompt) }),
      scores: scoresOf(record, wanted),
    });
  }
  return entries;
}

function scoreKeys(text: string): readonly string[] {
  const { members } = layOutObject(text);
  const behind = members.slice(startOfOurs(members)).map(({ key }) => key);
  return behind.filter((key) => !(ourKeys as readonly string[]).includes(key));
}

function scoresOf(record: JsonObject, keys: readonly string[]): Map<string, number> {
  const scores = new Map<string, number>();
  for (const key of keys) {
    const value = record[key];
    if (typeof value === "number" || typeof value === "boolean") scores.set(key, Number(value));
  }
  return scores;
}

function hashOf(prompt: JsonValue): string {
  return createHash("sha256").update(JSON.stringify(prompt)).digest("base64");
}
