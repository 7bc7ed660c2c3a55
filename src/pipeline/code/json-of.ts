import type { JsonValue } from "../../domain/json/json.js";

/** A value that JSON does not have. */
export class NoJson extends Error {
  override readonly name = "NoJson";
}

/**
 * A result of user code as JSON. Properties without a value are left out, and `toJSON` is used, as `JSON.stringify`
 * does. Throws a `NoJson` that names the column for all that would be lost without a word.
 */
export function jsonOf(value: unknown, path: readonly (string | number)[] = []): JsonValue {
  if (typeof value === "string" || typeof value === "boolean" || value === null) return value;
  if (typeof value === "object") return jsonOfObject(value, path);
  if (typeof value !== "number") throw fault(path, textOf(value));
  if (Number.isFinite(value)) return value;
  throw fault(path, String(value));
}

function textOf(value: unknown): string {
  return typeof value === "bigint" ? `${value.toString()}n` : typeof value;
}

/** Nothing that a user means is deeper; a value that contains itself is. */
const mostDepth = 200;

function jsonOfObject(value: object, path: readonly (string | number)[]): JsonValue {
  if (path.length > mostDepth) throw fault(path.slice(0, 1), "a value that contains itself");
  if ("toJSON" in value && typeof value.toJSON === "function") {
    // The result of `toJSON` is checked like any other value.
    const given: unknown = value.toJSON.call(value);
    return jsonOf(given, path);
  }
  if (Array.isArray(value)) {
    return value.map((item: unknown, index) => jsonOf(item ?? null, [...path, index]));
  }
  const kind = nameOf(value);
  if (value instanceof Map || value instanceof Set || ArrayBuffer.isView(value))
    throw fault(path, `a ${kind}`);
  if (value instanceof Promise) throw fault(path, "a promise. Await it first");
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return Object.fromEntries(
    entries.map(([key, item]): [string, JsonValue] => [key, jsonOf(item, [...path, key])]),
  );
}

function nameOf(value: object): string {
  return (value.constructor as { readonly name?: string } | undefined)?.name ?? "Object";
}

function fault(path: readonly (string | number)[], got: string): NoJson {
  const [column, ...rest] = path;
  if (column === undefined) return new NoJson(`Expected columns as an object, got ${got}.`);
  const inside = rest.map((part) => (typeof part === "number" ? `[${part}]` : `.${part}`)).join("");
  const place = inside === "" ? "" : ` (at \`${column}${inside}\`)`;
  return new NoJson(`Expected JSON in the column "${column}"${place}, got ${got}.`);
}
