import { expect, test } from "vitest";
import type { RunReport } from "../../src/domain/report/run-report.js";
import { reportMarkdown } from "../../src/report/report-markdown.js";

const latency = { p5Ms: 1, p25Ms: 1, medianMs: 301.2468, p75Ms: 1, p95Ms: 1_204.7, maxMs: 1 };
const tokens = { input: 12_345_678, output: 90, cachedInput: 0, cacheWrite: 0, reasoning: 0 };

const report: RunReport = {
  version: 1,
  name: "pilot",
  kind: "experiment",
  state: "finished",
  readAt: 0,
  books: { input: 3, completed: 3, failed: 0, dropped: 0, open: 0 },
  failures: [],
  models: [
    {
      model: "openai/gpt-4o",
      completed: 3,
      failed: 0,
      latency,
      tokens,
      money: { dollars: 0.000123456789, unpriced: 1 },
      reused: { answers: 2, dollars: 1.23456 },
    },
  ],
  scores: [
    {
      scorer: "match",
      scored: 3,
      unscored: 0,
      mean: 2 / 3,
      interval: { low: 0.2076, high: 0.93851, method: "wilson" },
    },
  ],
  verdicts: [],
  stepCosts: [{ step: "draft", calls: 3, cost: 0.1 + 0.2, unknownCalls: 0, saved: 0, tokens }],
  judgesMoney: { dollars: 0.25, unpriced: 0 },
  valueColumns: [],
  groups: [],
  reproduce: { settings: {}, versions: {}, files: [] },
};

test("figures are rounded, and counts are whole", () => {
  const markdown = reportMarkdown(report);
  expect(markdown).toContain(
    "| openai/gpt-4o | 3 | 0 | 301 ms | 1200 ms | 12345678 | 90 | $0.000123 and 1 of unknown price | 2, saved $1.23 |",
  );
  expect(markdown).toContain("| match | all | 0.6667 | 0.2076 to 0.9385 | 3 | 0 |");
  expect(markdown).toContain("| draft | 3 | $0.30 | 12345678 | 90 |");
  expect(markdown).toContain("The judges cost $0.25.");
});
