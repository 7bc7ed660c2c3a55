/**
 * Overrides values of a flow's file for one run: `answer.inputs.temperature`,
 * `inputs.level.default`.
 */
import { isJsonArray, isJsonObject } from "../../domain/json/json.js";
import type { JsonObject, JsonValue } from "../../domain/json/json.js";
import { hintOf } from "../../domain/nearest-match.js";
import type { Findings } from "./findings.js";
import type { Overrides } from "./flow-reading.js";

/**
 * Returns the file with its own keys overridden. Reports a problem for a path that starts with an
 * unknown key.
 */
export function overriddenFile(
  given: JsonObject,
  overrides: Overrides,
  findings: Findings,
): JsonObject {
  const nodes = nodeNames(given);
  let changed = given;
  for (const [text, value] of Object.entries(overrides)) {
    const [first = "", ...rest] = text.split(".");
    if (nodes.includes(first)) {
      if (rest.length === 0) findings.problem([], `--set ${text}: name a key of the node.`);
    } else if (Object.hasOwn(given, first)) {
      changed = withValue(changed, [first, ...rest], value);
    } else {
      const known = [...nodes, ...Object.keys(given)];
      findings.problem(
        [],
        `--set ${text}: the flow has no node and no key "${first}". ${hintOf(first, known)}`,
      );
    }
  }
  return changed;
}

/** Returns a node, in the variant that a run uses, with its values overridden. */
export function overriddenNode(name: string, given: JsonObject, overrides: Overrides): JsonObject {
  return Object.entries(overrides).reduce((node, [text, value]) => {
    const [first, ...path] = text.split(".");
    return first === name && path.length > 0 ? withValue(node, path, value) : node;
  }, given);
}

function nodeNames({ nodes }: JsonObject): readonly string[] {
  if (nodes === undefined || !isJsonArray(nodes)) return [];
  return nodes.flatMap((node) =>
    isJsonObject(node) && typeof node["name"] === "string" ? [node["name"]] : [],
  );
}

function withValue(object: JsonObject, path: readonly string[], value: JsonValue): JsonObject {
  const [key = "", ...rest] = path;
  if (rest.length === 0) return { ...object, [key]: value };
  const before = object[key];
  return { ...object, [key]: withValue(isJsonObject(before) ? before : {}, rest, value) };
}
