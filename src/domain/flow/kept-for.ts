import type { JsonObject, JsonValue } from "../json/json.js";
import type { Flow } from "./flow.js";
import { referenceText } from "./reference.js";
import type { ReferenceValue } from "./reference.js";
import { resolveValue } from "./resolve-value.js";
import { lineReferences } from "./walk-line.js";

/**
 * Returns the values that the aggregations of a flow read from a line of an earlier run. The
 * earlier run may have had another flow. Returns `undefined` if a value is missing in that run. The
 * line must then run again.
 */
export function keptFor(
  flow: Flow,
  { inputs, kept = {} }: { readonly inputs: JsonObject; readonly kept?: JsonObject | undefined },
): JsonObject | undefined {
  if (flow.kind !== "graph") return {};
  const values: Record<string, JsonValue> = {};
  for (const reference of lineReferences(flow) ?? []) {
    const value = valueOf(reference, inputs, kept);
    if (value === undefined) return undefined;
    values[referenceText(reference)] = value;
  }
  return values;
}

function valueOf(
  reference: ReferenceValue,
  inputs: JsonObject,
  kept: JsonObject,
): JsonValue | undefined {
  const known = kept[referenceText(reference)];
  if (known !== undefined) return known;
  if (reference.kind === "input") {
    return Object.hasOwn(inputs, reference.input) ? resolved(reference, inputs, {}) : undefined;
  }
  const { node } = reference;
  const whole = kept[referenceText({ kind: "node", node, path: [] })];
  return whole === undefined ? undefined : resolved(reference, inputs, { [node]: whole });
}

function resolved(
  reference: ReferenceValue,
  inputs: JsonObject,
  outputs: JsonObject,
): JsonValue | undefined {
  try {
    return resolveValue(reference, { inputs, outputs: new Map(Object.entries(outputs)) });
  } catch {
    // The line has no such part, so it fails when it runs again.
    return undefined;
  }
}
