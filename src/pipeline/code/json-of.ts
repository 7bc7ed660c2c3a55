import type { JsonValue } from "../../domain/json/json.js";

/** Thrown for a value that JSON cannot represent. */
export class NoJson extends Error {
  override readonly name = "NoJson";
}

/** Name of a result in messages, and the handling of numbers that JSON cannot represent. */
export interface JsonRules {
  readonly noun: string;
  /** Words for a result that is not an object, for the message. */
  readonly whole: string;
  /** Convert NaN and infinite numbers to text. @default they are refused */
  readonly keepsNumbers?: boolean;
}

const columnRules: JsonRules = { noun: "column", whole: "columns as an object" };

interface Place {
  readonly path: readonly (string | number)[];
  readonly rules: JsonRules;
}

/**
 * Returns a result of user code as JSON. As in `JSON.stringify`, properties without a value are
 * left out, and `toJSON` is used. Throws a `NoJson` that names the column for all values that
 * `JSON.stringify` would silently drop or change.
 */
export function jsonOf(value: unknown, rules: JsonRules = columnRules): JsonValue {
  return jsonAt(value, { path: [], rules });
}

function jsonAt(value: unknown, place: Place): JsonValue {
  if (typeof value === "string" || typeof value === "boolean" || value === null) return value;
  if (typeof value === "object") return jsonOfObject(value, place);
  if (typeof value !== "number") throw fault(place, textOf(value));
  if (Number.isFinite(value)) return value;
  if (place.rules.keepsNumbers === true) return String(value);
  throw fault(place, String(value));
}

function textOf(value: unknown): string {
  return typeof value === "bigint" ? `${value.toString()}n` : typeof value;
}

/** Maximum depth of a value. A deeper value contains itself. */
const mostDepth = 200;

function jsonOfObject(value: object, place: Place): JsonValue {
  const { path, rules } = place;
  const inside = (part: string | number): Place => ({ path: [...path, part], rules });
  if (path.length > mostDepth)
    throw fault({ path: path.slice(0, 1), rules }, "a value that contains itself");
  if ("toJSON" in value && typeof value.toJSON === "function") {
    // The result of `toJSON` is checked like all other values.
    const given: unknown = value.toJSON.call(value);
    return jsonAt(given, place);
  }
  if (Array.isArray(value)) {
    return value.map((item: unknown, index) => jsonAt(item ?? null, inside(index)));
  }
  const kind = nameOf(value);
  if (value instanceof Map || value instanceof Set || ArrayBuffer.isView(value))
    throw fault(place, `a ${kind}`);
  if (value instanceof Promise) throw fault(place, "a promise. Await it first");
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return Object.fromEntries(
    entries.map(([key, item]): [string, JsonValue] => [key, jsonAt(item, inside(key))]),
  );
}

function nameOf(value: object): string {
  // An object without a prototype has no constructor.
  return (value.constructor as { readonly name?: string } | undefined)?.name ?? "Object";
}

function fault({ path, rules }: Place, got: string): NoJson {
  const [name, ...rest] = path;
  if (name === undefined) return new NoJson(`Expected ${rules.whole}, got ${got}.`);
  const inside = rest.map((part) => (typeof part === "number" ? `[${part}]` : `.${part}`)).join("");
  const place = inside === "" ? "" : ` (at \`${name}${inside}\`)`;
  return new NoJson(`Expected JSON in the ${rules.noun} "${name}"${place}, got ${got}.`);
}
