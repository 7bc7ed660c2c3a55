import { expect, test } from "vitest";
import type { CodeFlow, FlowNode, GraphFlow } from "../../../../src/domain/flow/flow.js";
import { runChanges } from "../../../../src/domain/flow/resume/run-changes.js";

function node(name: string, template: string): FlowNode {
  return { kind: "prompt", name, template, templateFile: `${name}.jinja2`, inputs: {} };
}

const flow: GraphFlow = {
  kind: "graph",
  name: "flow",
  inputs: { q: { type: "string" } },
  nodes: [node("ask", "old"), node("old", "x")],
  outputs: {},
};
const code: CodeFlow = {
  kind: "code",
  name: "flow",
  inputs: {},
  code: { language: "python", file: "flow.py" },
};

test("equal runs have no changes, whatever the order of their keys", () => {
  const run = { flow, mapping: { a: "1", b: "2" }, init: {} };
  expect(runChanges(run, { ...run, mapping: { b: "2", a: "1" } })).toEqual([]);
});

test("changes of nodes, inputs, mapping and arguments are named", () => {
  const now: GraphFlow = {
    ...flow,
    inputs: { q: { type: "string", default: "d" } },
    nodes: [node("ask", "new"), node("added", "x")],
  };
  const before = { flow, mapping: { q: "${data.q}", gone: "x" }, init: { top: 1 } };
  expect(runChanges(before, { flow: now, mapping: { q: "${data.p}" }, init: { top: 2 } })).toEqual([
    "the node `ask` has changed",
    "the node `old` is gone",
    "the node `added` is new",
    "the input `q` has changed",
    "the mapping of `q` has changed",
    "the mapping of `gone` is gone",
    "the argument `top` has changed",
  ]);
});

test("a flow of another kind has changed as a whole", () => {
  const before = { flow, mapping: {}, init: {} };
  expect(runChanges(before, { ...before, flow: code })).toEqual(["the flow has changed"]);
});
