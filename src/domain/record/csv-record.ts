/**
 * Converts CSV rows to JSON records by prompto's rules. A column is a key, and columns with
 * `parameters-` also make up `parameters`. Unlike in prompto, only empty cells are missing, and
 * numbers keep their own text, so integers stay integers.
 */
import { escapeLineSeparators } from "../json/json-text.js";
import { isJsonArray, isJsonObject } from "../json/json.js";
import type { JsonValue } from "../json/json.js";
import { parseIfJson, parseJson } from "../json/parse-json.js";

/** Kind of a cell. A `prompt` is a text, or a chat or a history as JSON. */
export type CellKind = "number" | "boolean" | "text" | "prompt";

/** The columns of a table, kept from its first reading for the next ones. */
export interface KnownColumns {
  columns?: readonly CsvColumn[];
}

export interface CsvColumn {
  readonly name: string;
  readonly kind: CellKind;
}

export interface CsvColumnsOptions {
  /** True if `0,7` is a number too. @default false */
  readonly decimalComma?: boolean;
  /** Name of a column that is read like `prompt`. @default none */
  readonly promptColumn?: string;
  /** Use `messages` and `model` in place of a missing `prompt` and `model_name`. @default false */
  readonly aliases?: boolean;
}

/** The type of each column, learned from its cells. The first row has the names. */
export class CsvColumns {
  readonly #names: readonly string[];
  readonly #kinds: (CellKind | undefined)[];
  readonly #decimalComma: boolean;

  constructor(
    names: readonly string[],
    { decimalComma = false, promptColumn, aliases = false }: CsvColumnsOptions = {},
  ) {
    this.#names = names;
    this.#decimalComma = decimalComma;
    this.#kinds = names.map((name) => {
      const standsFor = aliases ? aliasOf[name] : undefined;
      const key = standsFor === undefined || names.includes(standsFor) ? name : standsFor;
      if (key === "prompt" || name === promptColumn) return "prompt";
      return textColumns.has(key) ? "text" : undefined;
    });
  }

  see(cells: readonly string[]): void {
    this.#kinds.forEach((known, index) => {
      const cell = cells[index] ?? "";
      if (known === "text" || known === "prompt" || cell === "") return;
      const kind = kindOf(this.#decimalComma ? cell.replace(",", ".") : cell);
      this.#kinds[index] = known === undefined || known === kind ? kind : "text";
    });
  }

  columns(): readonly CsvColumn[] {
    return this.#names.map((name, index) => ({ name, kind: this.#kinds[index] ?? "text" }));
  }
}

/** Columns whose cells are always text. */
const textColumns: ReadonlySet<string> = new Set([
  "api",
  "model_name",
  "expected_response",
  "mode",
]);

/** Keys of other tools, by the corresponding key of a record. */
const aliasOf: Readonly<Partial<Record<string, string>>> = {
  messages: "prompt",
  model: "model_name",
};

const parametersMark = "parameters-";
/** A number with a leading zero is a code, e.g. `007`, and stays text. */
const number = /^[+-]?(?:0|[1-9]\d*|(?=\.\d))(?:\.\d*)?(?:[eE][+-]?\d+)?$/;
const boolean = /^(?:true|True|TRUE|false|False|FALSE)$/;

function kindOf(cell: string): CellKind {
  if (number.test(cell)) return "number";
  return boolean.test(cell) ? "boolean" : "text";
}

/** Returns the problem of a header in one sentence, or `undefined` for a valid header. */
export function problemOfHeader(names: readonly string[]): string | undefined {
  const unnamed = names.findIndex((name) => name === "");
  if (unnamed !== -1) {
    return `Expected a name for each column in the first row, got none for column ${unnamed + 1}. Name it or remove it.`;
  }
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) {
    return `Expected each column's name once in the first row, got ${JSON.stringify(twice)} twice. Rename one of them.`;
  }
  return undefined;
}

/** Returns the JSON object of a row. Empty and missing cells are omitted. */
export function recordText(columns: readonly CsvColumn[], cells: readonly string[]): string {
  const members = columns.flatMap((column, index): Member[] => {
    const cell = cells[index] ?? "";
    return cell === "" ? [] : [{ key: column.name, value: valueText(column, cell) }];
  });
  const parameters = parametersText(columns, members);
  const others = members.filter(({ key }) => key !== "parameters" || parameters === undefined);
  const all =
    parameters === undefined ? others : [...others, { key: "parameters", value: parameters }];
  return objectText(all);
}

/**
 * Returns the JSON object of a pipeline's row: every column, with null for an empty or missing
 * cell. Prompto's rules for `parameters` and `prompt` do not apply.
 */
export function plainRowText(columns: readonly CsvColumn[], cells: readonly string[]): string {
  return objectText(
    columns.map((column, index) => ({
      key: column.name,
      value: plainValueText(column, cells[index] ?? ""),
    })),
  );
}

/** Returns the JSON object of a row whose cells are all text. Missing cells are empty text. */
export function textRowText(columns: readonly CsvColumn[], cells: readonly string[]): string {
  return objectText(
    columns.map(({ name }, index) => ({ key: name, value: JSON.stringify(cells[index] ?? "") })),
  );
}

function plainValueText({ kind }: CsvColumn, cell: string): string {
  if (cell === "") return "null";
  if (kind === "number") return numberText(cell);
  return kind === "boolean" ? cell.toLowerCase() : JSON.stringify(cell);
}

interface Member {
  readonly key: string;
  /** Value as JSON text. */
  readonly value: string;
}

/**
 * Returns the parameters; `undefined` if no column is for parameters. Such a column overrides the
 * column `parameters`.
 */
function parametersText(
  columns: readonly CsvColumn[],
  members: readonly Member[],
): string | undefined {
  if (!columns.some(({ name }) => name.includes(parametersMark))) return undefined;
  const own = members
    .filter(({ key }) => key.includes(parametersMark))
    .map(({ key, value }) => ({ key: withoutMark(key), value }));
  const given = members.find(({ key }) => key === "parameters")?.value;
  const base = given === undefined ? {} : parseJson(given);
  if (!isJsonObject(base)) return given;
  const keys = new Set(own.map(({ key }) => key));
  const rest = Object.entries(base).filter(([key]) => !keys.has(key));
  return objectText([
    ...rest.map(([key, value]) => ({ key, value: JSON.stringify(value) })),
    ...own,
  ]);
}

function withoutMark(name: string): string {
  return name.startsWith(parametersMark) ? name.slice(parametersMark.length) : name;
}

function objectText(members: readonly Member[]): string {
  const text = members.map(({ key, value }) => `${JSON.stringify(key)}: ${value}`).join(", ");
  return escapeLineSeparators(`{${text}}`);
}

function valueText({ name, kind }: CsvColumn, cell: string): string {
  if (kind === "number") return numberText(cell);
  if (kind === "boolean") return cell.toLowerCase();
  if (kind === "prompt") return promptText(cell);
  const mayNest = name === "parameters" || name.includes(parametersMark);
  return (mayNest ? nestedText(cell) : undefined) ?? JSON.stringify(cell);
}

/** Formats a number for JSON. All digits stay as they are, and a decimal comma becomes a point. */
function numberText(cell: string): string {
  return cell
    .replace(",", ".")
    .replace(/^\+/, "")
    .replace(/^(-?)\./, "$10.")
    .replace(/\.(?=$|[eE])/, "");
}

/**
 * Returns a prompt. JSON of a list of messages or role objects, or of a single one, is parsed.
 * Other JSON-like text is the prompt itself.
 */
function promptText(cell: string): string {
  const value = nestedValue(cell);
  if (isJsonArray(value) && value.length > 0) {
    if (value.every((turn) => typeof turn === "string") || value.every(hasRole)) return cell.trim();
  }
  return hasRole(value) ? `[${cell.trim()}]` : JSON.stringify(cell);
}

function hasRole(value: JsonValue | undefined): boolean {
  return isJsonObject(value) && typeof value["role"] === "string";
}

function nestedText(cell: string): string | undefined {
  return nestedValue(cell) === undefined ? undefined : cell.trim();
}

/** Returns the list or object that a cell contains as JSON. */
function nestedValue(cell: string): JsonValue | undefined {
  return /^\s*[[{]/.test(cell) ? parseIfJson(cell) : undefined;
}
