import { createHash } from "node:crypto";
import { computed } from "../../domain/computed.js";
import { isJsonObject } from "../../domain/json/json.js";
import type { JsonObject, JsonValue } from "../../domain/json/json.js";
import { parseExactJson, withExactNumbers } from "../../domain/json/exact-numbers.js";
import { layOutObject, parseJsonText } from "../../domain/json/json-text.js";
import { isOurs } from "../../domain/record/output-line.js";
import { startOfOurs } from "../../domain/scores/scored-line.js";
import { modelOf } from "./model-of.js";

/** The data of completed lines that a comparison needs: some hundred bytes per line. */
export interface ScoredColumns {
  /** Name of the lines in a sentence, e.g. "the first file". */
  readonly name: string;
  /** Line numbers in the file, starting at 1. */
  readonly lines: readonly number[];
  /** Ids as JSON, so that 1 and "1" differ. */
  readonly ids: readonly (string | undefined)[];
  /** Hashes of the prompts. */
  readonly prompts: readonly (string | undefined)[];
  /** `<api>/<model>` of the records. */
  readonly models: readonly (string | undefined)[];
  /** Numbers and booleans by key; `NaN` if a line has none. */
  readonly scores: ReadonlyMap<string, readonly number[]>;
}

/** A line of a completed file, and its record. */
export interface ScoredLine {
  readonly text: string;
  readonly record: JsonObject;
  /** Line number, starting at 1. */
  readonly line: number;
}

/** Columns to which lines are added one by one. */
export interface GrowingColumns extends ScoredColumns {
  readonly add: (line: ScoredLine) => void;
}

/**
 * @param keys keys of the scores. If empty, all keys after the answer with numbers and booleans,
 *   except the keys that Ostinato adds for the call.
 */
export function createScoredColumns(name: string, keys: readonly string[]): GrowingColumns {
  const lines: number[] = [];
  const ids: (string | undefined)[] = [];
  const prompts: (string | undefined)[] = [];
  const models: (string | undefined)[] = [];
  // The text of a model is stored once, not once per record.
  const texts = new Map<string | undefined, string | undefined>();
  const scores = new Map<string, number[]>();
  return {
    name,
    lines,
    ids,
    prompts,
    models,
    scores,
    add({ text, record, line }) {
      const { id, prompt } = record;
      for (const key of keys.length > 0 ? keys : scoreKeys(text)) {
        const score = scoreOf(record, key);
        if (score !== undefined) put(scores, key, { place: ids.length, score });
      }
      lines.push(line);
      ids.push(id === undefined || id === null ? undefined : jsonOfId(id, text));
      prompts.push(prompt === undefined ? undefined : hashOf(prompt));
      const model = modelOf(record);
      models.push(computed(texts, model, () => model));
    },
  };
}

/** Returns an id as JSON, with all digits of the line: a double rounds integers beyond 2^53. */
function jsonOfId(id: JsonValue, text: string): string {
  if (typeof id !== "number" || Number.isSafeInteger(id)) return JSON.stringify(id);
  const exact = parseExactJson(text);
  return withExactNumbers(JSON.stringify(isJsonObject(exact) ? exact["id"] : id));
}

/** Yields the lines of a completed file with their records. */
export async function* scoredLines(
  texts: AsyncIterable<string>,
): AsyncGenerator<ScoredLine, void, undefined> {
  let line = 0;
  for await (const text of texts) {
    line += 1;
    const record = parseJsonText(text);
    if (!isJsonObject(record)) throw new Error("Expected lines of a completed file.");
    yield { text, record, line };
  }
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
  const column = computed(scores, key, () => []);
  while (column.length < place) column.push(NaN);
  column[place] = score;
}

function hashOf(prompt: JsonValue): string {
  return createHash("sha256").update(JSON.stringify(prompt)).digest("base64");
}
