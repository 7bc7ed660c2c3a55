import { createHash } from "node:crypto";
import { isJsonObject } from "../../domain/json/json.js";
import type { JsonObject, JsonValue } from "../../domain/json/json.js";
import { layOutObject, parseJsonText } from "../../domain/json/json-text.js";
import { isOurs } from "../../domain/record/output-line.js";
import { startOfOurs } from "../../domain/scores/scored-line.js";

/** What a comparison needs of a completed file, by the place of each line: some hundred bytes a line. */
export interface ScoredColumns {
  /** As JSON, so that 1 and "1" differ. */
  readonly ids: readonly (string | undefined)[];
  /** Hashes of them. */
  readonly prompts: readonly (string | undefined)[];
  /** Numbers and truths, by their key; `NaN` where a line has none. */
  readonly scores: ReadonlyMap<string, readonly number[]>;
}

/**
 * @param keys what counts as scores. @default the numbers and truths that stand behind the answer, ours for the call
 * itself left out
 */
export async function readScoredColumns(
  texts: AsyncIterable<string>,
  keys: readonly string[] = [],
): Promise<ScoredColumns> {
  const ids: (string | undefined)[] = [];
  const prompts: (string | undefined)[] = [];
  const scores = new Map<string, number[]>();
  for await (const text of texts) {
    const record = parseJsonText(text);
    if (!isJsonObject(record)) throw new Error("Expected lines of a completed file.");
    const { id, prompt } = record;
    for (const key of keys.length > 0 ? keys : scoreKeys(text)) {
      const score = scoreOf(record, key);
      if (score !== undefined) put(scores, key, { place: ids.length, score });
    }
    ids.push(id === undefined || id === null ? undefined : JSON.stringify(id));
    prompts.push(prompt === undefined ? undefined : hashOf(prompt));
  }
  return { ids, prompts, scores };
}

function scoreKeys(text: string): readonly string[] {
  const { members } = layOutObject(text);
  const behind = members.slice(startOfOurs(members)).map(({ key }) => key);
  return behind.filter((key) => !isOurs(key));
}

function scoreOf(record: JsonObject, key: string): number | undefined {
  const value = record[key];
  return typeof value === "number" || typeof value === "boolean" ? Number(value) : undefined;
}

function put(
  scores: Map<string, number[]>,
  key: string,
  { place, score }: { readonly place: number; readonly score: number },
): void {
  const column = scores.get(key) ?? [];
  scores.set(key, column);
  while (column.length < place) column.push(NaN);
  column[place] = score;
}

function hashOf(prompt: JsonValue): string {
  return createHash("sha256").update(JSON.stringify(prompt)).digest("base64");
}
