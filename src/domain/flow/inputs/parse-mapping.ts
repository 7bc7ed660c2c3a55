/**
 * A mapping says where the inputs of a flow come from, as promptflow's users write it:
 * `answer=${data.answer}`.
 */
import type { JsonObject, JsonValue } from "../../json/json.js";
import { lineNumberColumn } from "./line-number.js";

export interface ColumnPlace {
  readonly source: string;
  readonly column: string;
}

export type MappedValue =
  | { readonly kind: "literal"; readonly value: JsonValue }
  | {
      readonly kind: "reference";
      /** Text of the reference as the user wrote it, e.g. `${run.outputs.answer}`. */
      readonly text: string;
      /** Places that the reference can mean. The first existing place counts. */
      readonly places: readonly ColumnPlace[];
    };

const wholeReference = /^\$\{([^{}]+)\}$/;
const withoutBraces = /^\$([A-Za-z_][\w-]*(?:\.[\w-]+)+)$/;
const partOfText = /\$\{[^{}]+\}/;

/**
 * Parses a mapping by promptflow's rules. A whole `${source.column}` is a reference, anything else
 * is a literal. A mapping of `line_number` is ignored, because lines have their own numbers.
 */
export function parseMapping(mapping: JsonObject): ReadonlyMap<string, MappedValue> {
  const entries = Object.entries(mapping).filter(([input]) => input !== lineNumberColumn);
  return new Map(entries.map(([input, value]) => [input, parseValue(value)]));
}

function parseValue(value: JsonValue): MappedValue {
  const inner = typeof value === "string" ? wholeReference.exec(value)?.[1] : undefined;
  if (inner === undefined) return { kind: "literal", value };
  return { kind: "reference", text: `\${${inner}}`, places: placesOf(inner) };
}

/**
 * Returns the places of a reference. The shortest name of a source comes first: `run.outputs.x` is
 * first looked up in `run`.
 */
function placesOf(inner: string): readonly ColumnPlace[] {
  const parts = inner.split(".");
  return parts.slice(1).map((_, index) => ({
    source: parts.slice(0, index + 1).join("."),
    column: parts.slice(index + 1).join("."),
  }));
}

/** Returns a reference inside a longer text. promptflow treats such a text as a literal. */
export function referenceWithin(value: JsonValue): string | undefined {
  return typeof value === "string" ? partOfText.exec(value)?.[0] : undefined;
}

/** Returns the reference that a text such as `$data.q`, without braces, most likely means. */
export function referenceMeant(value: JsonValue): string | undefined {
  const inner = typeof value === "string" ? withoutBraces.exec(value)?.[1] : undefined;
  return inner === undefined ? undefined : `\${${inner}}`;
}
