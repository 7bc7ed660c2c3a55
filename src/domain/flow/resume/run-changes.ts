import { canonicalJson } from "../../json/canonical-json.js";
import type { JsonObject, JsonValue } from "../../json/json.js";
import type { ChatFlow, Flow, FlowNode, FlowRole } from "../flow.js";

/** The parts of a batch run that a resumed run can change. */
export interface ResumableRun {
  readonly flow: Flow;
  readonly mapping: JsonObject;
  /** Arguments of the flow's classes. */
  readonly init: JsonObject;
}

/**
 * Returns the differences between a resumed run and the earlier run, in sentences. All differences
 * are allowed: completed lines keep their outputs.
 */
export function runChanges(before: ResumableRun, now: ResumableRun): readonly string[] {
  return [
    ...flowChanges(before.flow, now.flow),
    ...memberChanges("the mapping of", before.mapping, now.mapping),
    ...memberChanges("the argument", before.init, now.init),
  ];
}

function flowChanges(before: Flow, now: Flow): readonly string[] {
  if (isSame(before, now)) return [];
  const changes = partChanges(before, now);
  return changes.length > 0 ? changes : ["the flow has changed"];
}

function partChanges(before: Flow, now: Flow): readonly string[] {
  if (before.kind === "chat" && now.kind === "chat") {
    return memberChanges("the role", byRole(before), byRole(now));
  }
  if (before.kind !== "graph" || now.kind !== "graph") return [];
  return [
    ...memberChanges("the node", byName(before.nodes), byName(now.nodes)),
    ...memberChanges("the input", before.inputs, now.inputs),
    ...memberChanges("the output", before.outputs, now.outputs),
  ];
}

function byRole({ roles }: ChatFlow): Readonly<Record<string, FlowRole>> {
  return Object.fromEntries(roles.map((role) => [role.role, role]));
}

function byName(nodes: readonly FlowNode[]): Readonly<Record<string, FlowNode>> {
  return Object.fromEntries(nodes.map((node) => [node.name, node]));
}

function memberChanges(
  kind: string,
  before: Readonly<Record<string, unknown>>,
  now: Readonly<Record<string, unknown>>,
): readonly string[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(now)])];
  return names.flatMap((name) => {
    if (!Object.hasOwn(before, name)) return [`${kind} \`${name}\` is new`];
    if (!Object.hasOwn(now, name)) return [`${kind} \`${name}\` is gone`];
    return isSame(before[name], now[name]) ? [] : [`${kind} \`${name}\` has changed`];
  });
}

function isSame(one: unknown, other: unknown): boolean {
  // Flows, mappings and arguments are JSON, because a run stores them in a file.
  return canonicalJson(one as JsonValue) === canonicalJson(other as JsonValue);
}
