import { expect, test } from "vitest";
import type { ReportRow } from "../../../src/domain/report/report-row.js";
import { createModelTally } from "../../../src/report/tally/model-tally.js";

test("reused answers count apart, with what they had cost", () => {
  const tally = createModelTally();
  const row: ReportRow = {
    ...{ index: 0, id: "1", status: "completed", prompt: "p", answer: "a", values: {} },
    ...{ latencyMs: 100, inputTokens: 10, outputTokens: 5, cost: 0.25 },
  };
  tally.addRecord(row);
  expect(tally.report()).not.toHaveProperty("reused");
  tally.addRecord({ ...row, reused: true, savedCost: 0.25 });
  tally.addRecord({ ...row, reused: true, savedCost: 0.5 });
  expect(tally.report()).toMatchObject({
    completed: 3,
    tokens: { input: 10, output: 5 },
    money: { dollars: 0.25, unpriced: 0 },
    reused: { answers: 2, dollars: 0.75 },
  });
});
