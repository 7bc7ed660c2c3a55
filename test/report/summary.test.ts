import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createQuantiles } from "../../src/report/quantiles.js";
import { tokensOfApi } from "../../src/providers/registry/registry.js";
import { summarizeFile } from "../../src/client/answers/summarize-file.js";
import { summarize } from "../../src/report/summary.js";

const lines = [
  '{"api":"openai","model_name":"gpt-4o","status":"completed","finish_reason":"length","usage":{"prompt_tokens":7,"completion_tokens":3},"latency_ms":100}',
  '{"api":"openai","model_name":"gpt-4o","score":NaN,"note":"NaN \\"Infinity\\"","status":"completed","usage":{"prompt_tokens":1,"completion_tokens":2},"latency_ms":1000}',
  '{"api":"anthropic","model_name":"claude","status":"completed","finish_reason":"refusal","usage":{"input_tokens":5,"output_tokens":6},"latency_ms":200}',
  '{"api":"anthropic","model_name":"claude","status":"completed","finish_reason":"max_tokens","usage":{"input_tokens":5,"output_tokens":6},"reused":{"run":"21-11-2026-10-43-19","cost":1},"latency_ms":90000}',
  '{"api":"test","status":"failed","finish_reason":"length","response":null,"error":{"type":"Timeout","message":"late"}}',
  '{"id":5,"api":"test","status":"failed","response":null,"error":{"type":"RateLimit","message":"slow"}}',
  '{"api":"test","status":"failed","response":null,"error":{"type":"RateLimit","message":"slow"}}',
];

const expected = {
  records: 7,
  completed: 4,
  failed: 3,
  reused: 1,
  // One of them is a reused answer.
  cut: 2,
  withheld: 1,
  failures: [
    { type: "RateLimit", records: 2, example: "slow", exampleId: 5 },
    { type: "Timeout", records: 1, example: "late" },
  ],
  tokens: [
    { target: "openai/gpt-4o", input: 8, output: 5 },
    { target: "anthropic/claude", input: 5, output: 6 },
  ],
};

test("a summary counts outcomes, failures by type, tokens by model and latencies", async () => {
  const { latency, ...summary } = await summarize(lines, tokensOfApi);
  expect(summary).toEqual(expected);
  expect(latency?.medianMs).toBeGreaterThan(197);
  expect(latency?.medianMs).toBeLessThan(203);
  expect(latency?.p95Ms).toBeGreaterThan(985);
  expect(latency?.p95Ms).toBeLessThan(1015);
});

test("a completed file is summarised as its lines are, with or without a last newline", async () => {
  const folder = mkdtempSync(join(tmpdir(), "ostinato-summary-"));
  try {
    for (const ending of ["", "\n"]) {
      writeFileSync(join(folder, "completed.jsonl"), lines.join("\n") + ending);
      expect(await summarizeFile(join(folder, "completed.jsonl"))).toMatchObject(expected);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("no lines have no latency", async () => {
  expect(await summarize([], tokensOfApi)).toEqual({
    records: 0,
    completed: 0,
    failed: 0,
    reused: 0,
    cut: 0,
    withheld: 0,
    failures: [],
    tokens: [],
  });
});

test.each([
  [0.01, 10],
  [0.5, 500],
  [0.95, 950],
  [1, 1000],
])("the quantile at %d of 1 to 1,000 is within 1 %% of %d", (share, value) => {
  const quantiles = createQuantiles();
  for (let number = 1; number <= 1000; number += 1) quantiles.add(number);
  const found = quantiles.at(share) ?? 0;
  expect(Math.abs(found / value - 1)).toBeLessThanOrEqual(0.011);
});
