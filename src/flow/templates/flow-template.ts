/**
 * Renders templates as promptflow does: Jinja with `trim_blocks` and `keep_trailing_newline`,
 * values printed as in Python, and an empty text for a variable without a value.
 */
import { errorText } from "../../domain/failure/error-text.js";
import { RowError } from "../../domain/graph/walk/step-value.js";
import type { JsonObject, JsonValue } from "../../domain/json/json.js";
import { pythonText } from "../../domain/json/python-text.js";
import type { ParsedTemplate } from "../../pipeline/templates/jinja.js";
import { columnsOfTemplate } from "../../pipeline/templates/template-columns.js";
import { parseFlowTemplate } from "./parse-flow-template.js";

/** Name of the function that prints a value. A user's template never uses this name. */
const printer = "__ostinato_text";

const templates = new Map<string, ParsedTemplate>();

/** Renders a template. Throws a `RowError` if the template fails for these inputs. */
export function renderTemplate(text: string, inputs: JsonObject): string {
  try {
    const known = templates.get(text) ?? pythonTemplate(text);
    templates.set(text, known);
    return known.render({ ...inputs, [printer]: printed });
  } catch (error) {
    throw new RowError("JinjaTemplateError", `The template fails: ${errorText(error)}.`);
  }
}

/**
 * Returns the variables of a template that must have a value. Throws for a text that is not a
 * template.
 */
export function variablesOf(text: string): readonly string[] {
  return columnsOfTemplate(parseFlowTemplate(text).program).reads;
}

function pythonTemplate(text: string): ParsedTemplate {
  const template = parseFlowTemplate(withPythonSpaces(text));
  printInside(template.program.body);
  return template;
}

/**
 * Adapts whitespace. The library removes spaces before a block and the last newline, which
 * promptflow keeps. Jinja turns every kind of line end into a newline.
 */
function withPythonSpaces(given: string): string {
  const text = given.replace(/\r\n?/g, "\n");
  const kept = text.endsWith("\n") ? `${text}\n` : text;
  if (/\{%[-+]?\s*raw/.test(text)) return kept;
  return kept.replace(
    /(?<!-[%}#]\}\s*)^[ \t]+(?=\{[%#](?!-))/gm,
    (spaces) => `{{ ${JSON.stringify(spaces)} }}`,
  );
}

/** A node of the syntax tree. Its keys depend on its type. */
type Node = Record<string, unknown> & { readonly type: string };

const statements = new Set(
  "If For Set Macro Break Continue Comment CallStatement FilterStatement Program".split(" "),
);

/**
 * Wraps each printed expression of a body, and of the bodies inside it, in a call of the printer.
 */
function printInside(body: readonly unknown[]): void {
  // The library exposes its tree as data, and its lists are plain arrays.
  const list = body as unknown[];
  for (const [index, item] of list.entries()) {
    if (!isNode(item)) continue;
    if (!statements.has(item.type)) {
      if (item.type !== "StringLiteral") list[index] = call(item);
      continue;
    }
    for (const key of ["body", "alternate", "defaultBlock"]) {
      const inner = item[key];
      if (Array.isArray(inner)) printInside(inner);
    }
  }
}

function call(argument: Node): Node {
  return {
    type: "CallExpression",
    callee: { type: "Identifier", value: printer },
    // The library passes its wrapped value inside a list. This distinguishes null from undefined.
    args: [{ type: "ArrayLiteral", value: [argument] }],
  };
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && "type" in value;
}

/** A value of the library. A list contains wrapped items, an object is a map of wrapped values. */
interface Wrapped {
  readonly type: string;
  readonly value: unknown;
}

function printed([wrapped]: readonly Wrapped[]): string {
  if (!wrapped || wrapped.type === "UndefinedValue") return "";
  const text = JSON.stringify(plain(wrapped));
  const isWholeFloat = wrapped.type === "FloatValue" && /^-?\d+$/.test(text);
  return pythonText(isWholeFloat ? `${text}.0` : text);
}

function plain({ value }: Wrapped): JsonValue {
  // The library wraps the items of its lists and maps.
  if (Array.isArray(value)) return value.map((item) => plain(item as Wrapped));
  if (value instanceof Map) {
    const entries = [...value].map(([key, item]) => [String(key), plain(item as Wrapped)]);
    return Object.fromEntries(entries) as JsonObject;
  }
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") {
    return value;
  }
  return null;
}
