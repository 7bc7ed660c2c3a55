/** Draws a flow as a mermaid flowchart. */
import { escapedLabel } from "../graph/draw.js";
import type { ChatFlow, CodeFlow, Flow, FlowNode, GraphFlow } from "./flow.js";
import { nodesReadBy, valuesOf } from "./reference.js";

export interface DrawFlowOptions {
  /** Additional line in the box of each node (`role.node` in a chat group), such as counts. */
  readonly notes?: ReadonlyMap<string, string>;
}

export function drawFlow(flow: Flow, { notes = new Map() }: DrawFlowOptions = {}): string {
  const drawn = (name: string, lines: readonly string[]): string => {
    const note = notes.get(name);
    return [...lines, ...(note === undefined ? [] : [note])].map(escapedLabel).join("<br/>");
  };
  const body = flow.kind === "chat" ? groupLines(flow, drawn) : flowLines(flow, drawn);
  return ["flowchart TD", ...body, ""].join("\n");
}

/** Returns the text of a node's box. */
type Drawn = (name: string, lines: readonly string[]) => string;

function flowLines(flow: CodeFlow | GraphFlow, drawn: Drawn): readonly string[] {
  return flow.kind === "code" ? codeLines(flow, drawn) : graphLines(flow, drawn);
}

function codeLines({ name, code, aggregates = false }: CodeFlow, drawn: Drawn): readonly string[] {
  return [
    `  inputs[("inputs")] --> code["${drawn(name, [name, placeOf(code)])}"]`,
    `  code --> outputs[("outputs")]`,
    ...(aggregates ? [`  code --> aggregate[["${drawn("aggregate", ["aggregate"])}"]]`] : []),
  ];
}

function graphLines({ nodes, ...flow }: GraphFlow, drawn: Drawn): readonly string[] {
  const ids = new Map(nodes.map(({ name }, index) => [name, `n${index}`]));
  const idOf = (name: string): string => ids.get(name) ?? name;
  const boxes = nodes.map((node) => {
    const text = drawn(node.name, [node.name, workOf(node), ...conditionOf(node)]);
    const isAggregation = node.aggregation === true;
    return `  ${idOf(node.name)}${isAggregation ? `[["${text}"]]` : `["${text}"]`}`;
  });
  const arrows = nodes.flatMap((node) => [
    ...(valuesOf(node).some(({ kind }) => kind === "input")
      ? [`  inputs --> ${idOf(node.name)}`]
      : []),
    ...nodesReadBy(node).map((from) => `  ${idOf(from)} --> ${idOf(node.name)}`),
  ]);
  const results = Object.entries(flow.outputs).flatMap(([output, value]) =>
    value.kind === "node" ? [`  ${idOf(value.node)} -->|"${escapedLabel(output)}"| outputs`] : [],
  );
  const whole = flow.result?.kind === "node" ? [`  ${idOf(flow.result.node)} --> outputs`] : [];
  return [
    `  inputs[("inputs")]`,
    `  outputs[("outputs")]`,
    ...boxes,
    ...arrows,
    ...results,
    ...whole,
  ];
}

/** Draws the roles one after the other, and an edge back to the first role. */
function groupLines({ roles, maxTurns }: ChatFlow, drawn: Drawn): readonly string[] {
  const boxes = roles.map(({ role, flow }, index) => {
    const nodes = flow.kind === "code" ? [flow.name] : flow.nodes.map(({ name }) => name);
    const lines = nodes.map((node) => drawn(`${role}.${node}`, [node]));
    return `  r${index}["${[escapedLabel(role), ...lines].join("<br/>")}"]`;
  });
  const arrows = roles.map((_role, index) => {
    const isLast = index === roles.length - 1;
    const label = isLast ? `|"at most ${maxTurns} turns"|` : "";
    return `  r${index} -->${label} r${isLast ? 0 : index + 1}`;
  });
  return [...boxes, ...arrows];
}

function workOf(node: FlowNode): string {
  if (node.kind === "llm") return node.llm;
  return node.kind === "code" ? placeOf(node.code) : node.templateFile;
}

function placeOf({ file, name }: { readonly file: string; readonly name?: string }): string {
  return name === undefined ? file : `${file}#${name}`;
}

function conditionOf({ activate }: FlowNode): readonly string[] {
  return activate ? [`only if ${JSON.stringify(activate.is)}`] : [];
}
