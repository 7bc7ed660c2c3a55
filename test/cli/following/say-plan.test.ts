import { expect, test } from "vitest";
import { sayPlan } from "../../../cli/following/say-plan.js";
import type { ExperimentPlan } from "../../../src/domain/plan/plan.js";

const total = {
  records: 10_000,
  calls: 10_000,
  unknownCalls: 0,
  inputTokens: { low: 1, high: 1 },
  outputTokens: { low: 1, high: 1 },
  cost: { low: 0, high: 0 },
  timeMs: { low: 1, high: 1 },
};

const plan: ExperimentPlan = {
  name: "exam",
  unit: "record",
  groups: [],
  models: [],
  reused: 0,
  total,
  longestPrompts: [],
  warnings: [],
};

test("the plan of a large file leaves no garbage to the command that follows the run", async () => {
  const lines: string[] = [];
  const dropped = new WeakRef({ large: new Array<number>(100_000).fill(2) });
  // A weak reference keeps its object until the present job ends.
  await new Promise((resolve) => setTimeout(resolve, 0));
  const terminal = {
    data: async (line: string) => Promise.resolve(void lines.push(line)),
    talk: (line: string) => void lines.push(line),
    talkScreen: { isTerminal: false, colours: false, columns: 80, rows: 24 },
  };
  await sayPlan(plan, { json: true, terminal });
  expect(lines).toEqual([expect.stringContaining("10000")]);
  expect(dropped.deref()).toBeUndefined();
});
