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
      /** As the user wrote it, e.g. `${run.outputs.answer}`. */
      readonly text: string;
      /** The places that the reference can mean. The first one that exists counts. */
      readonly places: readonly ColumnPlace[];
    };

const wholeReference = /^\$\{([^{}]+)\}$/;
const withoutBraces = /^\$([A-Za-z_][\w-]*(?:\.[\w-]+)+)$/;
const partOfText = /\$\{[^{}]+\}/;

/**
 * Parses a mapping by promptflow's rules. A whole `${source.column}` is a reference, anything else
 * is a literal. Lines have their own numbers, so a mapping of `line_number` is ignored.
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

/** The shortest name of a source comes first: `run.outputs.x` is first looked up in `run`. */
function placesOf(inner: string): readonly ColumnPlace[] {
  const parts = inner.split(".");
  return parts.slice(1).map((_, index) => ({
    source: parts.slice(0, index + 1).join("."),
    column: parts.slice(index + 1).join("."),
  }));
}

/** A reference inside a longer text, which makes the whole text a literal. */
export function referenceWithin(value: JsonValue): string | undefined {
  return typeof value === "string" ? partOfText.exec(value)?.[0] : undefined;
}

/** The reference that a text such as `$data.q` most likely means, whose braces were forgotten. */
export function referenceMeant(value: JsonValue): string | undefined {
  const inner = typeof value === "string" ? withoutBraces.exec(value)?.[1] : undefined;
  return inner === undefined ? undefined : `\${${inner}}`;
}
