import { parseExpressionAt } from "acorn";
import type { Expression, Node, ObjectPattern, Pattern, Property } from "acorn";
import type { JsonValue } from "../../domain/json/json.js";
import type { CodeParameter } from "../../executors/lines/executor.js";

/**
 * Returns the inputs that a JavaScript function reads, parsed from its text: the names in the
 * destructuring pattern of its first parameter, as in `({ question, level = 3 }, line) => …`. A
 * name with a default is optional. Returns no inputs for a plain first parameter, for `...rest`,
 * and for a default that is not a plain value.
 */
export function ownParameters(code: (...given: never) => unknown): readonly CodeParameter[] {
  const first = firstParameter(Function.prototype.toString.call(code));
  if (first?.type !== "ObjectPattern") return [];
  const found = first.properties.map(parameterOf);
  const told = found.filter((parameter) => parameter !== undefined);
  return told.length === found.length ? told : [];
}

function firstParameter(text: string): Pattern | undefined {
  for (const source of [`(${text})`, `({ ${text} })`]) {
    const parameters = parametersOf(source);
    if (parameters) return withoutDefault(parameters[0]);
  }
  return undefined;
}

/**
 * Returns the parameters; `undefined` for a text that is not a function. A method has a different
 * text.
 */
function parametersOf(source: string): readonly Pattern[] | undefined {
  let parsed: Expression;
  try {
    parsed = parseExpressionAt(source, 0, { ecmaVersion: "latest" });
  } catch {
    return undefined;
  }
  const [property] = parsed.type === "ObjectExpression" ? parsed.properties : [];
  const value = property?.type === "Property" ? property.value : parsed;
  const isFunction =
    value.type === "FunctionExpression" || value.type === "ArrowFunctionExpression";
  return isFunction ? value.params : undefined;
}

function withoutDefault(pattern: Pattern | undefined): Pattern | undefined {
  return pattern?.type === "AssignmentPattern" ? pattern.left : pattern;
}

function parameterOf(property: ObjectPattern["properties"][number]): CodeParameter | undefined {
  if (property.type !== "Property") return undefined;
  const name = nameOf(property);
  if (name === undefined) return undefined;
  if (property.value.type !== "AssignmentPattern") return { name, required: true };
  const fallback = plainValue(property.value.right);
  return fallback === undefined ? undefined : { name, required: false, default: fallback };
}

function nameOf({ key, computed }: Pick<Property, "key" | "computed">): string | undefined {
  if (computed) return undefined;
  if (key.type === "Identifier") return key.name;
  return key.type === "Literal" && typeof key.value === "string" ? key.value : undefined;
}

/**
 * Returns the value of a literal, or of a list or object of literals; `undefined` for anything
 * else.
 */
function plainValue(node: Node): JsonValue | undefined {
  // The `type` of Acorn's nodes distinguishes them.
  const value = node as Expression;
  if (value.type === "Literal") return isPlain(value.value) ? value.value : undefined;
  if (value.type === "UnaryExpression") {
    const number = value.operator === "-" ? plainValue(value.argument) : undefined;
    return typeof number === "number" ? -number : undefined;
  }
  if (value.type === "ArrayExpression") {
    const items = value.elements.map((item) => (item ? plainValue(item) : undefined));
    return items.every((item) => item !== undefined) ? items : undefined;
  }
  return value.type === "ObjectExpression" && value.properties.length === 0 ? {} : undefined;
}

function isPlain(value: unknown): value is string | number | boolean | null {
  return value === null || ["string", "number", "boolean"].includes(typeof value);
}
