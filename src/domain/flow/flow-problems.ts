/**
 * The check of a graph of nodes before a line is run: every problem at once, each with its place.
 */
import { hintOf } from "../nearest-match.js";
import type { FlowNode, FlowValue, GraphFlow } from "./flow.js";
import { flowOrder } from "./flow-order.js";
import { nodesReadBy, referenceText } from "./reference.js";

export interface FlowProblem {
  /** Absent for a problem of the whole flow. */
  readonly node?: string;
  /** Path from the flow's root: `["nodes", 2, "inputs", "text"]`, `["outputs", "answer"]`. */
  readonly path: readonly (string | number)[];
  /** One or two sentences: where, what is wrong, what to do. */
  readonly message: string;
}

export function flowProblems(flow: GraphFlow): readonly FlowProblem[] {
  return [
    ...emptiness(flow),
    ...nameProblems(flow.nodes),
    ...flow.nodes.flatMap((node, index) => nodeProblems(flow, node, index)),
    ...outputProblems(flow),
    ...cycleProblems(flow.nodes),
  ];
}

/** Separates the outputs that read an aggregation, which have no value for a line. */
export function withoutAggregatedOutputs(flow: GraphFlow): {
  readonly flow: GraphFlow;
  readonly warnings: readonly FlowProblem[];
} {
  const aggregations = new Set(flow.nodes.filter(isAggregation).map(({ name }) => name));
  const isLeftOut = (value: FlowValue): boolean =>
    value.kind === "node" && aggregations.has(value.node);
  const entries = Object.entries(flow.outputs);
  const warnings = entries.flatMap(([output, value]): readonly FlowProblem[] => {
    if (value.kind !== "node" || !isLeftOut(value)) return [];
    const message = `The output "${output}" is left out: it reads ${referenceText(value)}, an aggregation, which has no value for a single line.`;
    return [{ path: ["outputs", output], message }];
  });
  const outputs = Object.fromEntries(entries.filter(([, value]) => !isLeftOut(value)));
  return { flow: { ...flow, outputs }, warnings };
}

function isAggregation(node: FlowNode): boolean {
  return node.aggregation === true;
}

function emptiness({ inputs, nodes }: GraphFlow): readonly FlowProblem[] {
  const problems: FlowProblem[] = [];
  if (Object.keys(inputs).length === 0) {
    const message =
      "The flow has no inputs, so its lines would all be the same. Declare at least one input under `inputs`.";
    problems.push({ path: ["inputs"], message });
  }
  if (nodes.length === 0) {
    problems.push({ path: ["nodes"], message: "The flow has no nodes. Add at least one node." });
  }
  return problems;
}

function nameProblems(nodes: readonly FlowNode[]): readonly FlowProblem[] {
  return nodes.flatMap(({ name }, index) => {
    const isRepeated = nodes.findIndex((other) => other.name === name) < index;
    if (!isRepeated) return [];
    const message = `Two nodes are called "${name}". Give one of them another name.`;
    return [{ node: name, path: ["nodes", index, "name"], message }];
  });
}

function nodeProblems(flow: GraphFlow, node: FlowNode, index: number): readonly FlowProblem[] {
  const place = (path: readonly (string | number)[], message: string): FlowProblem => ({
    node: node.name,
    path: ["nodes", index, ...path],
    message: `The node "${node.name}": ${message}`,
  });
  const inputs = Object.entries(node.inputs).flatMap(([input, value]) => {
    const problem = unknownReference(flow, value) ?? aggregationRead(flow, node, value);
    return problem === undefined ? [] : [place(["inputs", input], `\`${input}\` ${problem}`)];
  });
  const when = node.activate?.when;
  const condition =
    when &&
    (unknownReference(flow, when) ??
      aggregationRead(flow, node, when) ??
      activatedByLine(flow, node, when));
  return condition === undefined
    ? inputs
    : [...inputs, place(["activate", "when"], `\`activate\` ${condition}`)];
}

function outputProblems(flow: GraphFlow): readonly FlowProblem[] {
  return Object.entries(flow.outputs).flatMap(([output, value]) => {
    const problem = unknownReference(flow, value);
    if (problem === undefined) return [];
    return [{ path: ["outputs", output], message: `The output "${output}" ${problem}` }];
  });
}

function unknownReference(flow: GraphFlow, value: FlowValue): string | undefined {
  if (value.kind === "literal") return undefined;
  const known = value.kind === "input" ? Object.keys(flow.inputs) : flow.nodes.map(nameOf);
  const name = value.kind === "input" ? value.input : value.node;
  if (known.includes(name)) return undefined;
  return `reads ${referenceText(value)}, and the flow has no ${value.kind} "${name}". ${hint(name, known)}`.trim();
}

function hint(name: string, known: readonly string[]): string {
  return known.length === 0 ? "" : hintOf(name, [...new Set(known)]);
}

function nameOf({ name }: FlowNode): string {
  return name;
}

function aggregationRead(
  { nodes }: GraphFlow,
  node: FlowNode,
  value: FlowValue,
): string | undefined {
  if (isAggregation(node) || value.kind !== "node") return undefined;
  const read = nodes.find(({ name }) => name === value.node);
  if (!read || !isAggregation(read)) return undefined;
  return `reads ${referenceText(value)}, an aggregation, which runs after all lines. Mark "${node.name}" with \`aggregation: true\` too, or read another node.`;
}

function activatedByLine(
  { nodes }: GraphFlow,
  node: FlowNode,
  when: FlowValue,
): string | undefined {
  if (!isAggregation(node) || when.kind !== "node") return undefined;
  const read = nodes.find(({ name }) => name === when.node);
  if (!read || isAggregation(read)) return undefined;
  return `reads ${referenceText(when)}, and an aggregation can't depend on the node of a single line. Let it read another aggregation, or remove \`activate\`.`;
}

function cycleProblems(nodes: readonly FlowNode[]): readonly FlowProblem[] {
  const ordered = flowOrder(nodes);
  if (!("cycle" in ordered)) return [];
  const [first = ""] = ordered.cycle;
  const index = nodes.findIndex(({ name }) => name === first);
  const node = nodes[index];
  const isSelf = node && nodesReadBy(node).includes(first);
  const message = isSelf
    ? `The node "${first}" reads its own output. Remove that reference.`
    : `The nodes ${ordered.cycle.join(" → ")} → ${first} form a cycle. Remove one of the references between them.`;
  return [{ node: first, path: ["nodes", index], message }];
}
