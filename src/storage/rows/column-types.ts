import { isJsonArray, isJsonObject } from "../../domain/json/json.js";
import type { JsonObject, JsonValue } from "../../domain/json/json.js";

/** The type of single values. */
export type ScalarType = "boolean" | "integer" | "double" | "text";

export interface TableColumn {
  readonly name: string;
  /**
   * Type of the values. `json` is JSON text, for objects, nested lists and values of several types.
   */
  readonly type: ScalarType | "json";
  /** True for lists of `type`. Lists and items may be null. */
  readonly list: boolean;
}

interface Seen {
  /** True for a list. Unknown as long as all values are null. */
  list?: boolean;
  item?: ScalarType | "json";
}

/** Determines the columns of rows and their types. Every column may contain nulls. */
export class ColumnTypes {
  readonly #columns = new Map<string, Seen>();

  /** @param first names of the leading columns, which exist even without values */
  constructor(first: readonly string[]) {
    for (const name of first) this.#columns.set(name, {});
  }

  see(row: JsonObject): void {
    for (const [name, value] of Object.entries(row)) {
      const seen = this.#columns.get(name) ?? {};
      this.#columns.set(name, seen);
      if (value !== null) seeValue(seen, value);
    }
  }

  /** Returns the columns in the order of first occurrence. A column of nulls is text. */
  columns(): readonly TableColumn[] {
    return [...this.#columns].map(([name, { list = false, item = "text" }]) => ({
      name,
      type: item,
      list: list && item !== "json",
    }));
  }
}

function seeValue(seen: Seen, value: Exclude<JsonValue, null>): void {
  const isList = isJsonArray(value);
  if (seen.list !== undefined && seen.list !== isList) seen.item = "json";
  seen.list = isList;
  const items = isList ? value : [value];
  for (const item of items) {
    if (seen.item === "json") return;
    if (item !== null) seen.item = common(seen.item, typeOf(item));
  }
}

function typeOf(value: Exclude<JsonValue, null>): ScalarType | "json" {
  if (isJsonArray(value) || isJsonObject(value)) return "json";
  if (typeof value === "string") return "text";
  if (typeof value === "boolean") return "boolean";
  return Number.isSafeInteger(value) && !Object.is(value, -0) ? "integer" : "double";
}

function common(one: Seen["item"], other: ScalarType | "json"): ScalarType | "json" {
  if (one === undefined || one === other) return other;
  const areNumbers = [one, other].every((type) => type === "integer" || type === "double");
  return areNumbers ? "double" : "json";
}
