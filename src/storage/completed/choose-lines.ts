import { hintOf } from "../../domain/nearest-match.js";
import { isJsonObject } from "../../domain/json/json.js";
import type { JsonObject } from "../../domain/json/json.js";
import { layOutObject, parseJsonText, stringText } from "../../domain/json/json-text.js";
import { endOfLine } from "../../domain/record/line-end.js";

/** A filter for the lines of a completed file, and a list of their keys. */
export interface LineChoice {
  /** Choose only failed records. @default false */
  readonly failed?: boolean;
  /** Choose only records of these models, as `<api>/<model>` or `<model>`. @default all models */
  readonly models?: readonly string[];
  /** Keys to keep, in order. `error.message` is a key of a nested object. @default all keys */
  readonly columns?: readonly string[];
}

export interface ChosenLines {
  readonly lines: AsyncIterable<string>;
  /**
   * Returns sentences about models and columns that no line has. They are complete after the last
   * line.
   */
  readonly notices: () => readonly string[];
}

/** Chooses lines of a completed file one by one. Values keep their text. */
export function chooseLines(
  texts: AsyncIterable<string>,
  { failed = false, models = [], columns = [] }: LineChoice,
): ChosenLines {
  const seen = new Seen(models, columns);
  async function* chosen(): AsyncGenerator<string, void, undefined> {
    for await (const text of texts) {
      const isWanted = (!failed && models.length === 0) || isChosen(recordOf(text));
      if (!isWanted) continue;
      seen.keysOf(text);
      yield columns.length === 0 ? text : narrowed(text, columns, seen);
    }
  }
  function isChosen(record: JsonObject): boolean {
    if (!seen.isWanted(record)) return false;
    return !failed || endOfLine(record) === "failed";
  }
  return { lines: chosen(), notices: () => seen.notices() };
}

function recordOf(text: string): JsonObject {
  const value = parseJsonText(text);
  return isJsonObject(value) ? value : {};
}

/**
 * Returns the chosen keys of a line. Missing values are null, so that all lines have the same keys.
 */
function narrowed(text: string, columns: readonly string[], seen: Seen): string {
  const members = columns.map((column) => {
    const value = valueAt(text, column);
    if (value !== undefined) seen.column(column);
    return `${stringText(column)}: ${value ?? "null"}`;
  });
  return `{${members.join(", ")}}`;
}

/** Returns the JSON text of a key, or of a key in a nested object: `usage.input`. */
export function valueAt(text: string, column: string): string | undefined {
  const { members } = layOutObject(text);
  const textOf = (wanted: string): string | undefined => {
    const member = members.findLast(({ key }) => key === wanted);
    return member && text.slice(member.valueStart, member.valueEnd).trim();
  };
  const exact = textOf(column);
  if (exact !== undefined) return exact;
  for (let dot = column.lastIndexOf("."); dot > 0; dot = column.lastIndexOf(".", dot - 1)) {
    const outer = textOf(column.slice(0, dot));
    const inner = outer?.startsWith("{") ? valueAt(outer, column.slice(dot + 1)) : undefined;
    if (inner !== undefined) return inner;
  }
  return undefined;
}

function nameOf(model: string): string {
  return model.slice(model.indexOf("/") + 1);
}

/** Maximum number of names that are collected for a message, which bounds the memory. */
const mostNames = 100;

/** The models and columns that lines have. */
class Seen {
  readonly #keys = new Set<string>();
  readonly #models = new Set<string>();
  readonly #missingModels: Set<string>;
  readonly #missingColumns: Set<string>;
  readonly #wanted: ReadonlySet<string>;

  constructor(models: readonly string[], columns: readonly string[]) {
    this.#wanted = new Set(models);
    this.#missingModels = new Set(models);
    // A run without failures has no errors, which is no mistake.
    this.#missingColumns = new Set(columns.filter((column) => !/^error(\.|$)/.test(column)));
  }

  /** True if the record's model is one of the wanted models, or if all models are wanted. */
  isWanted({ api, model_name: name }: JsonObject): boolean {
    if (this.#wanted.size === 0) return true;
    const parts = [api, name].filter((part) => typeof part === "string");
    const full = parts.join("/");
    if (this.#models.size < mostNames && full !== "") this.#models.add(full);
    const spellings = [full, ...(typeof name === "string" ? [name] : [])];
    const given = spellings.find((each) => this.#wanted.has(each));
    if (given !== undefined) this.#missingModels.delete(given);
    return given !== undefined;
  }

  keysOf(text: string): void {
    if (this.#missingColumns.size === 0 || this.#keys.size >= mostNames) return;
    for (const { key } of layOutObject(text).members) this.#keys.add(key);
  }

  column(name: string): void {
    this.#missingColumns.delete(name);
  }

  notices(): readonly string[] {
    const lacking = (what: string, names: Iterable<string>, known: readonly string[]): string[] =>
      [...names].map((name) =>
        `No record has the ${what} ${JSON.stringify(name)}. ${known.length > 0 ? hintOf(name, known) : ""}`.trimEnd(),
      );
    const isEmpty = this.#keys.size === 0;
    // A model that was given without its API is compared with models without their APIs.
    const hasApi = [...this.#missingModels].some((model) => model.includes("/"));
    const models = [...this.#models].map((model) => (hasApi ? model : nameOf(model)));
    return [
      ...lacking("model", this.#missingModels, [...new Set(models)]),
      ...(isEmpty ? [] : lacking("column", this.#missingColumns, [...this.#keys])),
    ];
  }
}
