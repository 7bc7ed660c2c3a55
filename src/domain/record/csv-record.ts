/**
 * Rows of a CSV file as JSON records, by prompto's rules: a column is a key, those that contain `parameters-` make up
 * `parameters` too. Unlike prompto's tables a cell is missing only where it is empty, and numbers keep their own text, so that
 * integers stay integers.
 */
import { isJsonArray, isJsonObject } from "../json/json.js";
import type { JsonValue } from "../json/json.js";

export type CellKind = "number" | "boolean" | "text";

export interface CsvColumn {
  readonly name: string;
  readonly kind: CellKind;
}

/** What a column may hold, learned from its cells; the first row's names come as they stand in the file. */
export class CsvColumns {
  readonly #names: readonly string[];
  readonly #kinds: (CellKind | undefined)[];

  constructor(names: readonly string[]) {
    this.#names = names;
    this.#kinds = names.map((name) => (textColumns.has(name) ? "text" : undefined));
  }

  see(cells: readonly string[]): void {
    this.#kinds.forEach((known, index) => {
      const cell = cells[index] ?? "";
      if (known === "text" || cell === "") return;
      const kind = kindOf(cell);
      this.#kinds[index] = known === undefined || known === kind ? kind : "text";
    });
  }

  columns(): readonly CsvColumn[] {
    return this.#names.map((name, index) => ({ name, kind: this.#kinds[index] ?? "text" }));
  }
}

/** Their cells are words of people and APIs, however they look. */
const textColumns: ReadonlySet<string> = new Set([
  "api",
  "model_name",
  "prompt",
  "expected_response",
  "mode",
]);

const parametersMark = "parameters-";
/** A leading zero makes a code of it, `007`, and not a number. */
const number = /^[+-]?(?:0|[1-9]\d*|(?=\.\d))(?:\.\d*)?(?:[eE][+-]?\d+)?$/;
const boolean = /^(?:true|True|TRUE|false|False|FALSE)$/;

function kindOf(cell: string): CellKind {
  if (number.test(cell)) return "number";
  return boolean.test(cell) ? "boolean" : "text";
}

/** What keeps a header from naming keys, in one sentence; `undefined` where nothing does. */
export function problemOfHeader(names: readonly string[]): string | undefined {
  const unnamed = names.findIndex((name) => name === "");
  if (unnamed !== -1) {
    return `Expected a name for each column in the first row, got none for column ${unnamed + 1}. Name it or remove it.`;
  }
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) {
    return `Expected each column's name once in the first row, got ${JSON.stringify(twice)} twice. Rename one of them.`;
  }
  const [only = ""] = names;
  if (names.length === 1 && /[;\t]/.test(only)) {
    return "Expected columns separated by commas, got one that looks separated by semicolons or tabs. Save the file as CSV with commas.";
  }
  return undefined;
}

/** The text of the JSON object that a row stands for. Empty cells, and those that a short row lacks, are left out. */
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

interface Member {
  readonly key: string;
  /** JSON. */
  readonly value: string;
}

/** `undefined` where no column is for parameters; what such a column says wins over a column `parameters`. */
function parametersText(
  columns: readonly CsvColumn[],
  members: readonly Member[],
): string | undefined {
  if (!columns.some(({ name }) => name.includes(parametersMark))) return undefined;
  const own = members
    .filter(({ key }) => key.includes(parametersMark))
    .map(({ key, value }) => ({ key: withoutMark(key), value }));
  const given = members.find(({ key }) => key === "parameters")?.value;
  // It was made just above, of a cell.
  const base = given === undefined ? {} : (JSON.parse(given) as JsonValue);
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
  return `{${members.map(({ key, value }) => `${JSON.stringify(key)}: ${value}`).join(", ")}}`;
}

function valueText({ name, kind }: CsvColumn, cell: string): string {
  if (kind === "number") return numberText(cell);
  if (kind === "boolean") return cell.toLowerCase();
  if (name === "prompt") return promptText(cell);
  const mayNest = name === "parameters" || name.includes(parametersMark);
  return (mayNest ? nestedText(cell) : undefined) ?? JSON.stringify(cell);
}

/** As JSON writes it; the digits stay as they are, however many. */
function numberText(cell: string): string {
  return cell
    .replace(/^\+/, "")
    .replace(/^(-?)\./, "$10.")
    .replace(/\.(?=$|[eE])/, "");
}

/** A list of messages, or of role objects, or one of these; whatever else looks like JSON is a prompt's own text. */
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

/** The list or object that a cell holds as JSON. */
function nestedValue(cell: string): JsonValue | undefined {
  if (!/^\s*[[{]/.test(cell)) return undefined;
  try {
    // JSON.parse gives a JsonValue and nothing else.
    return JSON.parse(cell) as JsonValue;
  } catch {
    return undefined;
  }
}
