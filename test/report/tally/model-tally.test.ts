import { expect, test } from "vitest";
import type { ReportRow } from "../../../src/domain/report/report-row.js";
import { createModelTally } from "../../../src/report/tally/model-tally.js";

test("reused answers count apart, with what they had cost", () => {
  const tally = createModelTally();
  const row: ReportRow = {
    index: 0,
    id: "1",
    status: "completed",
    prompt: "p",
    answer: "a",
    values: {},
    latencyMs: 100,
    inputTokens: 10,
    outputTokens: 5,
    cost: 0.25,
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

test("the calls of rows count with their cost, tokens and reuse", () => {
  const tally = createModelTally();
  const tokens = { input: 10, cachedInput: 0, cacheWrite: 0, output: 4, reasoning: 0 };
  const call = { sentAt: 1_000, finishedAt: 1_500, end: "answered" } as const;
  tally.addCall({ ...call, spend: { cost: 0.25, tokens } });
  tally.addCall({ ...call, spend: { cost: null, tokens } });
  const none = { ...tokens, input: 0, output: 0 };
  tally.addCall({ ...call, end: "reused", spend: { cost: 0.5, tokens: none, reused: true } });
  expect(tally.report()).toMatchObject({
    completed: 3,
    tokens: { input: 20, output: 8 },
    money: { dollars: 0.25, unpriced: 1 },
    reused: { answers: 1, dollars: 0.5 },
  });
});
