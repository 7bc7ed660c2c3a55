import { expect, test } from "vitest";
import {
  renderBatchLines,
  renderBatchMetrics,
  renderBatchResult,
} from "../../../../cli/output/render/render-batch.js";
import { BatchResult } from "../../../../src/domain/flow/result/batch-result.js";

const error = { type: "ValueError", message: "two is even", isUserError: true };

function resultWith(accuracy: number): BatchResult {
  return BatchResult.create({
    lineNumbers: [[0, 2]],
    lines: [
      {
        lineNumber: 0,
        status: "completed",
        nodes: { ask: "completed" },
        tokens: { input: 1_000, output: 200 },
      },
      { lineNumber: 1, status: "failed", nodes: { ask: "failed" }, error },
    ],
    startedAt: 0,
    endedAt: 2_500,
    aggregation: { nodes: {}, errors: {}, metrics: { accuracy } },
  });
}

test("a result has its counts, tokens, metrics, errors and one folder", () => {
  expect(renderBatchResult(resultWith(0.5), "output/pilot")).toBe(
    [
      "Completed: 1 completed and 1 failed of 2 lines in 2.5 s",
      "1,200 tokens (1,000 in, 200 out)",
      "accuracy: 0.5",
      "line 1: ValueError: two is even",
      "output/pilot",
    ].join("\n"),
  );
});

test.each([
  [{ cost: 0.25 }, "cost $0.25"],
  [{ unknownCalls: 33 }, "cost unknown, 33 calls of unknown price"],
  [{ cost: 0.25, unknownCalls: 1 }, "cost at least $0.25, 1 call of unknown price"],
])("a cost of %j is shown as %s", (money, shown) => {
  const { systemMetrics, ...result } = resultWith(0.5);
  const text = renderBatchResult({ ...result, systemMetrics: { ...systemMetrics, ...money } }, "");
  expect(text).toContain(shown);
});

test("the metrics of several runs stand side by side", () => {
  const runs = [
    { name: "a", result: resultWith(0.5) },
    { name: "b", result: resultWith(0.75) },
  ];
  const rows = renderBatchMetrics(runs)
    .split("\n")
    .map((line) => line.trim().split(/\s+/));
  expect(rows).toContainEqual(["A", "B"]);
  expect(rows).toContainEqual(["accuracy", "0.5", "0.75"]);
  expect(rows).toContainEqual(["failed", "1", "1"]);
});

test("lines have a column for each input and output, cut to what fits", () => {
  const shown = renderBatchLines(
    [
      { line_number: 0, status: "Completed", inputs: { n: 2 }, outputs: { sum: 12 } },
      { line_number: 1, status: "Failed", inputs: { n: "x".repeat(60) }, error },
    ],
    5,
    120,
  );
  const [head = "", first = "", second = "", rest] = shown.split("\n");
  expect(head.split(/\s+/)).toEqual(["LINE", "STATUS", "INPUTS.N", "OUTPUTS.SUM", "ERROR"]);
  expect(first.split(/\s+/)).toEqual(["0", "Completed", "2", "12"]);
  expect(second).toContain(`${"x".repeat(39)}…`);
  expect(second).toContain("two is even");
  expect(rest).toBe("… and 3 lines more: --max-lines, or --json for all.");
});
