/** The inputs of a node, and whether it is bypassed, computed from the nodes before it. */
import type { JsonObject } from "../json/json.js";
import type { FlowNode, FlowValue } from "./flow.js";
import { isEqualValue, resolveValue } from "./resolve-value.js";
import type { Values } from "./resolve-value.js";

export interface Settled extends Values {
  readonly bypassed: ReadonlySet<string>;
}

/**
 * True if a node is bypassed. A condition decides alone. Without a condition, a node is bypassed if
 * it reads nodes and all of them are bypassed.
 */
export function isBypassed(node: FlowNode, settled: Settled): boolean {
  const { activate } = node;
  if (activate) {
    const { when, is } = activate;
    return readsBypassed(when, settled) || !isEqualValue(resolveValue(when, settled), is);
  }
  const read = Object.values(node.inputs).filter(({ kind }) => kind === "node");
  return read.length > 0 && read.every((value) => readsBypassed(value, settled));
}

/**
 * Returns the inputs of a node. A bypassed input is left out if its parameter has a default;
 * otherwise it is `null`.
 */
export function inputsOf(node: FlowNode, settled: Settled): JsonObject {
  const entries = Object.entries(node.inputs).flatMap(([parameter, value]) => {
    if (!readsBypassed(value, settled)) return [[parameter, resolveValue(value, settled)] as const];
    return hasDefault(node, parameter) ? [] : [[parameter, null] as const];
  });
  return Object.fromEntries(entries);
}

export function readsBypassed(value: FlowValue, { bypassed }: Settled): boolean {
  return value.kind === "node" && bypassed.has(value.node);
}

function hasDefault(node: FlowNode, parameter: string): boolean {
  if (node.kind === "code") return node.optional?.includes(parameter) ?? false;
  return node.kind === "llm" && (node.parameterInputs?.includes(parameter) ?? false);
}
