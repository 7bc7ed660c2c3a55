import { createHash } from "node:crypto";
import { isJsonObject } from "../../domain/json/json.js";
import { parseJsonText, stringText } from "../../domain/json/json-text.js";
import { isAnswered } from "../../domain/record/line-end.js";
import { valueAt } from "./choose-lines.js";
import type { ReadLines } from "./table-cells.js";

/** Default keys of a wide row, before the columns of the models. */
export const wideKeys: readonly string[] = ["id", "prompt"];

/** Lines with the answers of all models to one prompt side by side. */
export interface WideLines {
  /** Kept keys, then each `<api>/<model>`, in the order of first occurrence. */
  readonly columns: readonly string[];
  readonly read: ReadLines;
  /** Keys that no line has. */
  readonly missing: readonly string[];
}

/**
 * Puts the lines of a completed file with the same `id` and `prompt` into one line. The value of a
 * model's key is the model's answer, or null if it failed or is missing. A second answer of a model
 * to the same prompt starts another line. The memory grows with the distance between lines with the
 * same prompt.
 */
export async function widen(read: ReadLines, keys: readonly string[]): Promise<WideLines> {
  const counts = new Map<string, number>();
  const models = new Set<string>();
  const missing = new Set(keys);
  const occurrences = new Occurrences();
  for await (const text of read()) {
    for (const each of missing) if (valueAt(text, each) !== undefined) missing.delete(each);
    const key = occurrences.rowOf(text);
    counts.set(key, (counts.get(key) ?? 0) + 1);
    models.add(modelOf(text));
  }
  const columns = [...keys, ...models];
  const widening: Widening = { read, counts, keys, models: [...models] };
  return { columns, read: () => wideLines(widening), missing: [...missing] };
}

interface Widening {
  readonly read: ReadLines;
  /** Number of lines by row. */
  readonly counts: ReadonlyMap<string, number>;
  readonly keys: readonly string[];
  readonly models: readonly string[];
}

interface OpenRow {
  readonly kept: readonly string[];
  readonly answers: Map<string, string>;
}

async function* wideLines({ read, counts, keys, models }: Widening): AsyncGenerator<string> {
  const open = new Map<string, OpenRow>();
  const occurrences = new Occurrences();
  for await (const text of read()) {
    const key = occurrences.rowOf(text);
    const row = open.get(key) ?? {
      kept: keys.map((name) => memberOf(text, name)),
      answers: new Map(),
    };
    open.set(key, row);
    row.answers.set(modelOf(text), answerOf(text));
    // Rows are yielded in the order of the input.
    for (const [first, { kept, answers }] of open) {
      if (answers.size < (counts.get(first) ?? 0)) break;
      open.delete(first);
      const cells = models.map((model) => `${stringText(model)}: ${answers.get(model) ?? "null"}`);
      yield `{${[...kept, ...cells].join(", ")}}`;
    }
  }
}

/**
 * Finds the row of a line by its id and prompt, and by the number of earlier lines of its model
 * with the same id and prompt.
 */
class Occurrences {
  readonly #seen = new Map<string, number>();

  rowOf(text: string): string {
    const prompt = `${valueAt(text, "id") ?? ""} ${valueAt(text, "prompt") ?? ""}`;
    // The hash is stored, because prompts are too long to keep all of them.
    const row = createHash("sha256").update(prompt).digest("base64");
    const cell = `${modelOf(text)} ${row}`;
    const before = this.#seen.get(cell) ?? 0;
    this.#seen.set(cell, before + 1);
    return before === 0 ? row : `${row} ${before}`;
  }
}

function modelOf(text: string): string {
  const record = parseJsonText(text);
  if (!isJsonObject(record)) return "";
  return [record["api"], record["model_name"]].filter((part) => typeof part === "string").join("/");
}

function answerOf(text: string): string {
  const record = parseJsonText(text);
  if (!isJsonObject(record) || !isAnswered(record)) return "null";
  return valueAt(text, "response") ?? "null";
}

function memberOf(text: string, key: string): string {
  return `${stringText(key)}: ${valueAt(text, key) ?? "null"}`;
}
