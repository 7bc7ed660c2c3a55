/**
 * The aggregations of a flow: nodes that run once, over the completed lines. The values of all
 * lines are in line order, even if the lines ended in another order or come from an earlier run.
 */
import { defined } from "../defined.js";
import type { JsonObject, JsonValue } from "../json/json.js";
import { RowError } from "../graph/walk/step-value.js";
import type { CodeNode, FlowNode, FlowValue, GraphFlow } from "./flow.js";
import { flowOrder } from "./flow-order.js";
import type { LineError, LineHost, NodePlace, NodeStatus } from "./line.js";
import { lineErrorOf } from "./line-error.js";
import { metricsOf } from "./result/metrics.js";
import type { LoggedMetric } from "./result/metrics.js";
import { inputsOf, isBypassed } from "./node-inputs.js";
import { nodesReadBy, referenceText } from "./reference.js";
import { lineReferences } from "./walk-line.js";

export interface KeptLine {
  readonly line: number;
  /** Values of the line by reference, as the end of the line stores them. */
  readonly kept: JsonObject;
}

export interface AggregationOutput {
  readonly output: JsonValue;
  /** Metrics in the order in which they were logged. */
  readonly metrics?: readonly Omit<LoggedMetric, "node">[];
}

/** The work of an aggregation that is done elsewhere. A rejection fails the node. */
export interface AggregationHost extends Pick<LineHost, "ask" | "render"> {
  readonly run: (node: CodeNode, inputs: JsonObject) => Promise<AggregationOutput>;
}

export interface FlowAggregation {
  /** Metrics by name. A name that several nodes log is stored for each node as `node.name`. */
  readonly metrics: JsonObject;
  /** Outputs by node. */
  readonly outputs: JsonObject;
  /** Status by node, in the flow's order. */
  readonly nodes: Readonly<Record<string, NodeStatus>>;
  /** Errors by node. The lines stay completed. */
  readonly errors: Readonly<Record<string, LineError>>;
}

/**
 * Returns the values of all lines by reference: one list per reference, in line order, with `null`
 * for a bypassed node. Throws a `RowError` with the lengths of the lists if lines lack a value, and
 * for a duplicate line.
 */
export function aggregationLists(
  flow: GraphFlow,
  lines: readonly KeptLine[],
): Readonly<Record<string, readonly JsonValue[]>> {
  const ordered = [...lines].sort((one, other) => one.line - other.line);
  const repeated = ordered.find(({ line }, index) => ordered[index - 1]?.line === line);
  if (repeated) {
    throw new RowError("InvalidAggregationInput", `Line ${repeated.line} has two results.`);
  }
  const references = (lineReferences(flow) ?? []).map(referenceText);
  const lists = Object.fromEntries(
    references.map((reference) => [
      reference,
      ordered.flatMap(({ kept }) => {
        const value = kept[reference];
        return value === undefined ? [] : [value];
      }),
    ]),
  );
  const isUneven = Object.values(lists).some(({ length }) => length !== ordered.length);
  if (isUneven) throw unequalLengths(lists, ordered.length);
  return lists;
}

function unequalLengths(
  lists: Readonly<Record<string, readonly JsonValue[]>>,
  count: number,
): RowError {
  const lengths = Object.entries(lists).map(([reference, { length }]) => `${reference}: ${length}`);
  return new RowError(
    "InvalidAggregationInput",
    `Expected a value of each of ${count} completed lines for every input of an aggregation, got ${lengths.join(", ")}.`,
  );
}

type AggregationEnd =
  | {
      readonly kind: "completed";
      readonly output: JsonValue;
      readonly metrics: readonly LoggedMetric[];
    }
  | { readonly kind: "bypassed" }
  | { readonly kind: "failed"; readonly error: LineError }
  | { readonly kind: "unreached" };

/**
 * Runs each aggregation once, after the aggregations that it reads.
 *
 * @param flow a flow that has passed the check
 * @param lines the completed lines, in any order
 */
export async function aggregateLines(
  flow: GraphFlow,
  lines: readonly KeptLine[],
  host: AggregationHost,
): Promise<FlowAggregation> {
  const lists = aggregationLists(flow, lines);
  const aggregations = flow.nodes.filter(({ aggregation }) => aggregation === true);
  const ordered = flowOrder(aggregations);
  if ("cycle" in ordered) throw new Error(`Expected no cycle, got ${ordered.cycle.join(", ")}.`);
  const ends = new Map<string, AggregationEnd>();
  for (const node of ordered.order) {
    ends.set(node.name, await endOf(withLists(node, lists), ends, host));
  }
  const inOrder = aggregations.flatMap(({ name }) => {
    const end = ends.get(name);
    return end && end.kind !== "unreached" ? [[name, end] as const] : [];
  });
  return {
    metrics: metricsOf(inOrder.flatMap(([, end]) => (end.kind === "completed" ? end.metrics : []))),
    outputs: Object.fromEntries(
      inOrder.flatMap(([name, end]) => (end.kind === "completed" ? [[name, end.output]] : [])),
    ),
    nodes: Object.fromEntries(inOrder.map(([name, { kind }]) => [name, kind])),
    errors: Object.fromEntries(
      inOrder.flatMap(([name, end]) => (end.kind === "failed" ? [[name, end.error]] : [])),
    ),
  };
}

/**
 * Returns the node with the lists of all lines as literals. References to other aggregations stay.
 */
function withLists(
  node: FlowNode,
  lists: Readonly<Record<string, readonly JsonValue[]>>,
): FlowNode {
  const listed = (value: FlowValue): FlowValue => {
    const list = value.kind === "literal" ? undefined : lists[referenceText(value)];
    return list ? { kind: "literal", value: list } : value;
  };
  const inputs = Object.fromEntries(
    Object.entries(node.inputs).map(([parameter, value]) => [parameter, listed(value)]),
  );
  const activate = node.activate && { ...node.activate, when: listed(node.activate.when) };
  return { ...node, inputs, ...defined({ activate }) };
}

async function endOf(
  node: FlowNode,
  before: ReadonlyMap<string, AggregationEnd>,
  host: AggregationHost,
): Promise<AggregationEnd> {
  const outputs = new Map<string, JsonValue>();
  const bypassed = new Set<string>();
  for (const name of nodesReadBy(node)) {
    const end = before.get(name);
    if (end?.kind === "completed") outputs.set(name, end.output);
    else if (end?.kind === "bypassed") bypassed.add(name);
    else return { kind: "unreached" };
  }
  try {
    const settled = { inputs: {}, outputs, bypassed };
    if (isBypassed(node, settled)) return { kind: "bypassed" };
    const { output, metrics = [] } = await runAggregation(node, inputsOf(node, settled), host);
    const logged = metrics.map((metric) => ({ ...metric, node: node.name }));
    return { kind: "completed", output, metrics: logged };
  } catch (error) {
    return { kind: "failed", error: lineErrorOf(error, node.name) };
  }
}

async function runAggregation(
  node: FlowNode,
  inputs: JsonObject,
  host: AggregationHost,
): Promise<AggregationOutput> {
  const at: NodePlace = { depth: 0, lineInputs: {} };
  switch (node.kind) {
    case "llm":
      return { output: await host.ask(node, inputs, at) };
    case "prompt":
      return { output: host.render(node, inputs) };
    case "code":
      return host.run(node, inputs);
  }
}
