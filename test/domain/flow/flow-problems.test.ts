import { expect, it } from "vitest";
import type { GraphFlow, LlmNode } from "../../../src/domain/flow/flow.js";
import { flowProblems } from "../../../src/domain/flow/flow-problems.js";

it("accepts a model in an aggregation, and refuses a line's node that reads it", () => {
  const judge: LlmNode = {
    kind: "llm",
    name: "judge",
    llm: "test/m",
    template: "x",
    templateFile: "x.jinja2",
    inputs: {},
    parameters: {},
    aggregation: true,
  };
  const verdict = { kind: "node", node: "judge", path: [] } as const;
  const ask: LlmNode = { ...judge, name: "ask", aggregation: false, inputs: { verdict } };
  const flow: GraphFlow = {
    kind: "graph",
    name: "f",
    inputs: { q: { type: "string" } },
    nodes: [judge, ask],
    outputs: {},
  };
  const problems = flowProblems(flow);
  expect(problems.map(({ node, path }) => [node, path])).toEqual([
    ["ask", ["nodes", 1, "inputs", "verdict"]],
  ]);
});
