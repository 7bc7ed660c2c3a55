import { expect, test } from "vitest";
import type { CallLine } from "../../../src/domain/record/log-line.js";
import { callsOfLog } from "../../../src/report/record/calls-of-log.js";
import { recordOfLine } from "../../../src/report/record/record-of-line.js";
import { createReportTally } from "../../../src/report/tally/report-tally.js";

const tokens = { input: 10, cachedInput: 0, cacheWrite: 0, output: 4, reasoning: 0 };

function call(key: string, cost: number | null): CallLine {
  const times = { sentAt: 1_000, finishedAt: 2_000 };
  return { kind: "call", position: 0, key, ...times, spend: { cost, tokens } };
}

test("the cost of a row's calls is summed by step", () => {
  const tally = createReportTally();
  const calls = callsOfLog([
    ...[call("ask#1/0", 0.25), call("ask/2#1/0", 0.5)],
    ...[call("judge#1/0", null), call("free#1/0", 0)],
  ]);
  const line = { question: "q", status: "completed", leaves: [] };
  const facts = { index: 0, calls, verdicts: [], tokensOf: () => undefined };
  tally.add(recordOfLine(line, facts));
  const two = { ...tokens, input: 20, output: 8 };
  expect(tally.sums([]).stepCosts).toEqual([
    { step: "ask", calls: 2, cost: 0.75, unknownCalls: 0, saved: 0, tokens: two },
    { step: "judge", calls: 1, cost: 0, unknownCalls: 1, saved: 0, tokens },
    { step: "free", calls: 1, cost: 0, unknownCalls: 0, saved: 0, tokens },
  ]);
});
