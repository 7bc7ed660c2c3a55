import { expect, it } from "vitest";
import type { GraphFlow, LlmNode } from "../../../src/domain/flow/flow.js";
import { flowProblems } from "../../../src/domain/flow/flow-problems.js";

it("refuses an aggregation that asks a model, before any line is paid for", () => {
  const judge: LlmNode = {
    ...{ kind: "llm", name: "judge", llm: "test/m", template: "x", templateFile: "x.jinja2" },
    ...{ inputs: {}, parameters: {}, aggregation: true },
  };
  const flow: GraphFlow = {
    ...{ kind: "graph", name: "f", inputs: { q: { type: "string" } } },
    ...{ nodes: [judge, { ...judge, name: "ask", aggregation: false }], outputs: {} },
  };
  const problems = flowProblems(flow);
  expect(problems.map(({ node, path }) => [node, path])).toEqual([
    ["judge", ["nodes", 0, "aggregation"]],
  ]);
  expect(problems[0]?.message).toContain('The node "judge": an aggregation can\'t ask a model.');
});
