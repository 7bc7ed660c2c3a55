import { join } from "node:path";
import { expect, test } from "vitest";
import { LinesPlanning } from "../../../../src/client/plan/rows/lines-planning.js";
import type { Flow, FlowNode } from "../../../../src/domain/flow/flow.js";
import type { ExperimentPlan } from "../../../../src/domain/plan/plan.js";
import { temporaryFolder } from "../../../helpers/temporary-folder.js";

const ask: FlowNode = {
  kind: "llm",
  name: "ask",
  llm: "test/m",
  template: "# user:\nSay {{ q }}",
  templateFile: "ask.jinja2",
  parameters: {},
  inputs: { q: { kind: "input", input: "q", path: [] } },
};

async function planned(nodes: readonly FlowNode[]): Promise<readonly ExperimentPlan[]> {
  const plans: ExperimentPlan[] = [];
  const planning = new LinesPlanning();
  const lines = async function* () {
    for (let n = 0; n < 3; n += 1) yield { line_number: n, inputs: { q: `${n}` } };
  };
  const seen: number[] = [];
  for await (const { line_number: number } of planning.seenBy(lines())) seen.push(number);
  expect(seen).toEqual([0, 1, 2]);
  const inputs = { q: { type: "string" as const } };
  const flow: Flow = { kind: "graph", name: "flow", inputs, nodes, outputs: {} };
  await planning.tell({
    name: "flow",
    kept: { flow, connections: {}, variables: {} },
    settings: {
      dataFolder: join(temporaryFolder(), "data"),
      onPlan: (plan) => {
        plans.push(plan);
      },
    },
    reuse: true,
    warnings: [],
    env: {},
  });
  return plans;
}

test("the plan of a flow without code has its calls, before anything is sent", async () => {
  expect(await planned([ask])).toMatchObject([
    { unit: "line", groups: [{ name: "ask", limitKey: "api/test/m" }], total: { records: 3 } },
  ]);
});

test("code is not run for a plan, so a flow with code has none before its first run", async () => {
  const code: FlowNode = {
    kind: "code",
    name: "clean",
    code: { language: "python", file: "clean.py" },
    inputs: {},
  };
  expect(await planned([ask, code])).toEqual([]);
});
