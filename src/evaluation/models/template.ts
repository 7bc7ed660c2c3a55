import { hintOf } from "../../domain/nearest-match.js";
import { parseJsonText } from "../../domain/json/json-text.js";
import { isJsonArray } from "../../domain/json/json.js";
import type { JsonValue } from "../../domain/json/json.js";
import { pythonText } from "../../domain/json/python-text.js";
import { UserError } from "../../domain/failure/user-error.js";

/** Fills a template. `values` contains JSON texts by placeholder. */
export type Template = (values: Readonly<Record<string, string>>) => string;

type Part = string | { readonly name: string; readonly index?: number };

/**
 * Reads a template. `{NAME}` and `{NAME[0]}` are placeholders. `{{` and `}}` stand for one brace,
 * as in Python's format strings. Other braces stand for themselves, which keeps JSON readable.
 * Placeholders in filled-in values are ignored.
 * @param label file of the template, for messages
 * @throws UserError for a placeholder that is not in `names`
 */
export function parseTemplate(text: string, names: readonly string[], label: string): Template {
  const parts = partsOf(text);
  for (const part of parts) {
    if (typeof part !== "string" && !names.includes(part.name)) {
      throw unknownPlaceholder(part.name, names, label);
    }
  }
  return (values) =>
    parts.map((part) => (typeof part === "string" ? part : filled(part, values))).join("");
}

/** Returns the names of the placeholders in a template. */
export function placeholdersIn(text: string): readonly string[] {
  return partsOf(text).flatMap((part) => (typeof part === "string" ? [] : [part.name]));
}

const token = /\{([A-Za-z_]\w*)(?:\[(\d+)\])?\}|\{\{?|\}|[^{}]+/gy;

function partsOf(text: string): Part[] {
  const parts: Part[] = [];
  /** For each open brace, true if it was doubled. A single brace closes a single one. */
  const open: boolean[] = [];
  token.lastIndex = 0;
  for (let match = token.exec(text); match; match = token.exec(text)) {
    const [whole, name, index] = match;
    if (name !== undefined) {
      parts.push({ name, ...(index !== undefined && { index: Number(index) }) });
    } else if (whole === "}") {
      const doubled = open.pop() ?? true;
      if (doubled && text[token.lastIndex] === "}") token.lastIndex += 1;
      parts.push("}");
    } else if (whole.startsWith("{")) {
      open.push(whole === "{{");
      parts.push("{");
    } else {
      parts.push(whole);
    }
  }
  return parts;
}

function filled(
  { name, index }: Exclude<Part, string>,
  values: Readonly<Record<string, string>>,
): string {
  const text = values[name] ?? '""';
  return pythonText(index === undefined ? text : JSON.stringify(itemOf(text, index)));
}

/**
 * Returns an item of a list. A missing item is an empty text, so that all other records can
 * continue.
 */
function itemOf(text: string, index: number): JsonValue {
  const value = parseJsonText(text);
  if (isJsonArray(value)) return value[index] ?? "";
  return typeof value === "string" ? (Array.from(value)[index] ?? "") : "";
}

function unknownPlaceholder(name: string, names: readonly string[], label: string): UserError {
  const hint = hintOf(name, names, (known) => `{${known}}`);
  return new UserError(
    `Unknown placeholder {${name}} in ${JSON.stringify(label)}. ${hint} To write it as text, double its braces: {{${name}}}.`,
  );
}
