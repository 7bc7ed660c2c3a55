import { isJsonArray, isJsonObject } from "../json/json.js";
import type { JsonObject, JsonValue } from "../json/json.js";
import { RowError } from "../graph/walk/step-value.js";
import type { FlowValue } from "./flow.js";
import { referenceText } from "./reference.js";
import type { ReferenceValue } from "./reference.js";

export interface Values {
  readonly inputs: JsonObject;
  /** Outputs of nodes, by name. */
  readonly outputs: ReadonlyMap<string, JsonValue>;
}

/** Returns the value of a reference. Throws a `RowError` with the missing part and its node. */
export function resolveValue(value: FlowValue, { inputs, outputs }: Values): JsonValue {
  if (value.kind === "literal") return value.value;
  const isInput = value.kind === "input";
  const start = isInput ? own(inputs, value.input) : outputs.get(value.node);
  const owner = isInput ? `the input "${value.input}"` : `the output of the node "${value.node}"`;
  if (start === undefined) {
    throw new RowError(
      "InputNotFound",
      `${referenceText(value)} has no value: the line has no ${isInput ? "input" : "output of the node"} "${isInput ? value.input : value.node}".`,
    );
  }
  return partOf(start, value, owner);
}

function partOf(start: JsonValue, value: ReferenceValue, owner: string): JsonValue {
  let current = start;
  for (const part of value.path) {
    const next = typeof part === "number" ? item(current, part) : own(current, part);
    if (next === undefined) {
      throw new RowError(
        "InvalidReferenceProperty",
        `${referenceText(value)} has no value: ${owner} has no ${typeof part === "number" ? `item ${part}` : `property "${part}"`} there, but ${shown(current)}.`,
      );
    }
    current = next;
  }
  return current;
}

function own(value: JsonValue, name: string): JsonValue | undefined {
  return isJsonObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

/** Returns an item of a list or a text. The items of a text are its characters, as in Python. */
function item(value: JsonValue, index: number): JsonValue | undefined {
  if (typeof value === "string") return Array.from(value)[index];
  return isJsonArray(value) ? value[index] : undefined;
}

function shown(value: JsonValue): string {
  if (isJsonObject(value)) {
    const names = Object.keys(value);
    return names.length === 0
      ? "an empty object"
      : `the properties ${names.slice(0, 20).join(", ")}`;
  }
  const text = JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}

/** True if two values are equal in Python, where `True == 1`. */
export function isEqualValue(one: JsonValue, other: JsonValue): boolean {
  if (isJsonArray(one) && isJsonArray(other)) return isEqualList(one, other);
  if (isJsonObject(one) && isJsonObject(other)) return isEqualObject(one, other);
  return numberOrValue(one) === numberOrValue(other);
}

function isEqualList(one: readonly JsonValue[], other: readonly JsonValue[]): boolean {
  if (one.length !== other.length) return false;
  return one.every((value, index) => isEqualValue(value, other[index] ?? null));
}

function isEqualObject(one: JsonObject, other: JsonObject): boolean {
  const entries = Object.entries(one);
  if (entries.length !== Object.keys(other).length) return false;
  return entries.every(([name, value]) => {
    const match = own(other, name);
    return match !== undefined && isEqualValue(value, match);
  });
}

function numberOrValue(value: JsonValue): JsonValue {
  return typeof value === "boolean" ? Number(value) : value;
}
