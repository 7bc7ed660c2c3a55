/**
 * The walk of a line through a graph of nodes. Each node runs as soon as the nodes that it reads
 * have ended. The calls of a walk and their inputs depend only on the inputs and the answers, never
 * on times, so a walk over a journal makes the same calls. If a call never answers, the walk never
 * ends, and the caller can drop it.
 */
import { computed } from "../computed.js";
import { defined } from "../defined.js";
import { isJsonObject } from "../json/json.js";
import type { JsonObject, JsonValue } from "../json/json.js";
import type { FlowNode, FlowValue, GraphFlow } from "./flow.js";
import { depthsOf, flowOrder } from "./flow-order.js";
import type { LineEnd, LineError, LineHost, NodePlace, NodeStatus } from "./line.js";
import { lineErrorOf } from "./line-error.js";
import { inputsOf, isBypassed, readsBypassed } from "./node-inputs.js";
import type { Settled } from "./node-inputs.js";
import { nodesReadBy, referenceText, valuesOf } from "./reference.js";
import type { ReferenceValue } from "./reference.js";
import { resolveValue } from "./resolve-value.js";

type NodeEnd =
  | { readonly kind: "completed"; readonly output: JsonValue }
  | { readonly kind: "bypassed" }
  | { readonly kind: "failed"; readonly error: LineError }
  /** A node that this node reads has failed, so this node never ran. */
  | { readonly kind: "unreached" };

/**
 * @param flow a flow that has passed the check
 * @param inputs inputs of the line with defaults, converted to the flow's types
 */
export async function walkLine(
  flow: GraphFlow,
  inputs: JsonObject,
  host: LineHost,
): Promise<LineEnd> {
  const { order, depths } = planOf(flow);
  const running = new Map<string, Promise<NodeEnd>>();
  for (const node of order) {
    const before = nodesReadBy(node).map((name) => [name, running.get(name)] as const);
    const at: NodePlace = { depth: depths.get(node.name) ?? 0, lineInputs: inputs };
    running.set(node.name, runBehind(node, before, { at, host }));
  }
  const ends = new Map<string, NodeEnd>();
  for (const [name, end] of running) ends.set(name, await end);
  return lineEnd(flow, ends, inputs);
}

interface Plan {
  /** Nodes of a line. Each comes after the nodes that it reads. */
  readonly order: readonly FlowNode[];
  readonly depths: ReadonlyMap<string, number>;
}

const plans = new WeakMap<GraphFlow, Plan>();

/**
 * Returns the plan of a flow. It is computed once per flow, because the flow is walked for each
 * line.
 */
function planOf(flow: GraphFlow): Plan {
  return computed(plans, flow, () => {
    const nodes = flow.nodes.filter(({ aggregation }) => aggregation !== true);
    const ordered = flowOrder(nodes);
    if ("cycle" in ordered) throw new Error(`Expected no cycle, got ${ordered.cycle.join(", ")}.`);
    return { order: ordered.order, depths: depthsOf(nodes) };
  });
}

interface Running {
  readonly at: NodePlace;
  readonly host: LineHost;
}

async function runBehind(
  node: FlowNode,
  before: readonly (readonly [string, Promise<NodeEnd> | undefined])[],
  running: Running,
): Promise<NodeEnd> {
  const ends = new Map<string, NodeEnd>();
  for (const [name, end] of before) if (end) ends.set(name, await end);
  if ([...ends.values()].some(({ kind }) => kind === "failed" || kind === "unreached")) {
    return { kind: "unreached" };
  }
  const end = await endOf(node, settledOf(ends, running.at.lineInputs), running);
  running.host.note?.(node.name, end.kind);
  return end;
}

async function endOf(
  node: FlowNode,
  settled: Settled,
  running: Running,
): Promise<Exclude<NodeEnd, { readonly kind: "unreached" }>> {
  try {
    if (isBypassed(node, settled)) return { kind: "bypassed" };
    running.host.note?.(node.name, "running");
    return { kind: "completed", output: await outputOf(node, inputsOf(node, settled), running) };
  } catch (error) {
    return { kind: "failed", error: lineErrorOf(error, node.name) };
  }
}

async function outputOf(
  node: FlowNode,
  inputs: JsonObject,
  { at, host }: Running,
): Promise<JsonValue> {
  switch (node.kind) {
    case "llm":
      return host.ask(node, inputs, at);
    case "prompt":
      return host.render(node, inputs);
    case "code":
      return host.run(node, inputs, at);
  }
}

function settledOf(ends: ReadonlyMap<string, NodeEnd>, inputs: JsonObject): Settled {
  const outputs = new Map<string, JsonValue>();
  const bypassed = new Set<string>();
  for (const [name, end] of ends) {
    if (end.kind === "completed") outputs.set(name, end.output);
    if (end.kind === "bypassed") bypassed.add(name);
  }
  return { inputs, outputs, bypassed };
}

function lineEnd(flow: GraphFlow, ends: ReadonlyMap<string, NodeEnd>, inputs: JsonObject): LineEnd {
  const nodes = statusesOf(flow, ends);
  const failed = flow.nodes.map(({ name }) => ends.get(name)).find((end) => end?.kind === "failed");
  if (failed?.kind === "failed") return { status: "failed", error: failed.error, nodes };
  const settled = settledOf(ends, inputs);
  const isAllBypassed = settled.bypassed.size > 0 && settled.bypassed.size === ends.size;
  const warnings = isAllBypassed
    ? ["All nodes are bypassed for this line, so its outputs are null."]
    : undefined;
  try {
    const output = flowOutput(flow, settled);
    const kept = keptValues(flow, settled);
    return { status: "completed", output, nodes, ...defined({ kept, warnings }) };
  } catch (error) {
    return { status: "failed", error: lineErrorOf(error), nodes };
  }
}

function statusesOf(
  { nodes }: GraphFlow,
  ends: ReadonlyMap<string, NodeEnd>,
): Readonly<Record<string, NodeStatus>> {
  const statuses: Record<string, NodeStatus> = {};
  for (const { name } of nodes) {
    const end = ends.get(name);
    if (end && end.kind !== "unreached") statuses[name] = end.kind;
  }
  return statuses;
}

function flowOutput({ outputs, result }: GraphFlow, settled: Settled): JsonObject {
  if (result) {
    const value = valueOrNull(result, settled);
    return isJsonObject(value) ? value : { output: value };
  }
  const entries = Object.entries(outputs).map(([name, value]) => [
    name,
    valueOrNull(value, settled),
  ]);
  // An object made from JSON values is JSON.
  return Object.fromEntries(entries) as JsonObject;
}

function valueOrNull(value: FlowValue, settled: Settled): JsonValue {
  return readsBypassed(value, settled) ? null : resolveValue(value, settled);
}

/**
 * Returns the values that aggregations read from a line, by reference; `undefined` for a flow
 * without aggregations.
 */
function keptValues(flow: GraphFlow, settled: Settled): JsonObject | undefined {
  const read = lineReferences(flow);
  if (!read) return undefined;
  return Object.fromEntries(
    read.map((value) => [referenceText(value), valueOrNull(value, settled)]),
  );
}

/**
 * Returns the references of aggregations to inputs and to nodes of a line; `undefined` without
 * aggregations.
 */
export function lineReferences({ nodes }: GraphFlow): readonly ReferenceValue[] | undefined {
  const aggregations = nodes.filter(({ aggregation }) => aggregation === true);
  if (aggregations.length === 0) return undefined;
  const names = new Set(aggregations.map(({ name }) => name));
  const read = aggregations
    .flatMap((node) => valuesOf(node))
    .filter((value): value is ReferenceValue => value.kind !== "literal")
    .filter((value) => value.kind === "input" || !names.has(value.node));
  return [...new Map(read.map((value) => [referenceText(value), value])).values()];
}
