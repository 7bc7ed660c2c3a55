import { describe, expect, test } from "vitest";
import type { LineError } from "../../../../src/domain/flow/line.js";
import { BatchResult } from "../../../../src/domain/flow/result/batch-result.js";
import { BatchTally } from "../../../../src/domain/flow/result/batch-tally.js";
import type { CountedLine } from "../../../../src/domain/flow/result/batch-tally.js";
import { parseJsonText } from "../../../../src/domain/json/json-text.js";

const startedAt = Date.UTC(2026, 10, 28, 12, 0, 0);
const endedAt = startedAt + 2_500;
const times = { startedAt, endedAt };

const userError: LineError = {
  type: "ZeroDivisionError",
  message: "division by zero",
  node: "score",
  isUserError: true,
  trace: "Traceback …",
};
const systemError: LineError = { type: "Internal", message: "broken", isUserError: false };

const lines: readonly CountedLine[] = [
  {
    lineNumber: 3,
    status: "failed",
    error: systemError,
    nodes: { fetch: "failed", score: "canceled" },
  },
  {
    lineNumber: 0,
    status: "completed",
    nodes: { fetch: "completed", score: "completed" },
    tokens: { input: 10, output: 4 },
  },
  {
    lineNumber: 2,
    status: "failed",
    error: userError,
    nodes: { fetch: "completed", score: "failed" },
    tokens: { input: 7, output: 1 },
  },
  { lineNumber: 1, status: "completed", nodes: { fetch: "bypassed", score: "bypassed" } },
];

describe("the result of a batch", () => {
  test("counts lines, nodes, tokens and errors by line number", () => {
    expect(BatchResult.create({ ...times, lineNumbers: [[0, 4]], lines })).toEqual({
      status: "Completed",
      totalLines: 4,
      completedLines: 2,
      failedLines: 2,
      nodeStatus: {
        "fetch.failed": 1,
        "score.canceled": 1,
        "fetch.completed": 2,
        "score.completed": 1,
        "score.failed": 1,
        "fetch.bypassed": 1,
        "score.bypassed": 1,
      },
      startTime: "2026-11-28T12:00:00.000Z",
      endTime: "2026-11-28T12:00:02.500Z",
      metrics: {},
      systemMetrics: { totalTokens: 22, promptTokens: 17, completionTokens: 5, duration: 2.5 },
      errorSummary: {
        failedUserErrorLines: 1,
        failedSystemErrorLines: 1,
        errorList: [
          { lineNumber: 2, error: userError },
          { lineNumber: 3, error: systemError },
        ],
        aggrErrorDict: {},
        batchErrorDict: null,
      },
    });
  });

  test("is Completed even if all lines failed", () => {
    const failed = lines.filter(({ status }) => status === "failed");
    const result = BatchResult.create({ ...times, lineNumbers: [[2, 4]], lines: failed });
    expect(result).toMatchObject({
      status: "Completed",
      totalLines: 2,
      completedLines: 0,
      failedLines: 2,
    });
  });

  test("has the metrics, nodes, tokens and errors of the aggregation", () => {
    const aggregation = {
      nodes: { mean: "completed", spread: "failed" },
      errors: { spread: userError },
      metrics: { accuracy: 0.5 },
      tokens: { input: 100, output: 50 },
    } as const;
    const result = BatchResult.create({ ...times, lineNumbers: [[0, 4]], lines, aggregation });
    expect(result.status).toBe("Completed");
    expect(result.completedLines).toBe(2);
    expect(result.metrics).toEqual({ accuracy: 0.5 });
    expect(result.nodeStatus).toMatchObject({ "mean.completed": 1, "spread.failed": 1 });
    expect(result.systemMetrics.totalTokens).toBe(172);
    expect(result.errorSummary.aggrErrorDict).toEqual({ spread: userError });
    expect(result.errorSummary.failedUserErrorLines).toBe(1);
  });

  test("ignores a second end of a line", () => {
    const again: CountedLine = { lineNumber: 0, status: "failed", nodes: { fetch: "failed" } };
    const result = BatchResult.create({
      ...times,
      lineNumbers: [[0, 4]],
      lines: [...lines, again],
    });
    expect(result).toEqual(BatchResult.create({ ...times, lineNumbers: [[0, 4]], lines }));
  });
});

describe("a result of some lines", () => {
  const lineNumbers = [
    [0, 4],
    [10, 12],
  ] as const;

  test("after a cancel counts all lines, and has errors only of those that failed", () => {
    const result = BatchResult.create({
      ...times,
      lineNumbers,
      lines,
      early: { kind: "canceled" },
    });
    expect(result).toMatchObject({
      status: "Canceled",
      totalLines: 6,
      completedLines: 2,
      failedLines: 4,
    });
    expect(result.errorSummary).toMatchObject({
      failedUserErrorLines: 1,
      failedSystemErrorLines: 1,
      batchErrorDict: null,
    });
    expect(result.errorSummary.errorList.map(({ lineNumber }) => lineNumber)).toEqual([2, 3]);
  });

  test("after a batch timeout is Failed, and its lines that are not done fail with it", () => {
    const early = { kind: "timedOut", timeoutMs: 90_000 } as const;
    const result = BatchResult.create({ ...times, lineNumbers, lines, early });
    const timeout: LineError = {
      type: "BatchRunTimeout",
      message:
        "The batch run reached its timeout of 90 s. Raise --batch-timeout, and continue with --resume-from.",
      isUserError: true,
    };
    expect(result).toMatchObject({ status: "Failed", completedLines: 2, failedLines: 4 });
    expect(result.errorSummary).toEqual({
      failedUserErrorLines: 3,
      failedSystemErrorLines: 1,
      errorList: [
        { lineNumber: 2, error: userError },
        { lineNumber: 3, error: systemError },
        { lineNumber: 10, error: timeout },
        { lineNumber: 11, error: timeout },
      ],
      aggrErrorDict: {},
      batchErrorDict: timeout,
    });
  });

  test("after an error of the batch is Failed with that error", () => {
    const early = { kind: "failed", error: systemError } as const;
    const result = BatchResult.create({ ...times, lineNumbers, lines: [], early });
    expect(result).toMatchObject({ status: "Failed", totalLines: 6, failedLines: 6 });
    expect(result.errorSummary.batchErrorDict).toEqual(systemError);
    expect(result.errorSummary.errorList).toEqual([]);
  });

  test("can be asked for at any time", () => {
    const tally = new BatchTally([[0, 2]]);
    const aggregation = { nodes: { mean: "completed" }, errors: {}, metrics: {} } as const;
    const first = tally.result({ ...times, aggregation });
    expect(tally.result({ ...times, aggregation })).toEqual(first);
    expect(first.nodeStatus).toEqual({ "mean.completed": 1 });
  });
});

describe("the JSON of a result", () => {
  const result = BatchResult.create({
    ...times,
    lineNumbers: [[0, 5]],
    lines,
    aggregation: { nodes: {}, errors: { mean: systemError }, metrics: { m: 1 } },
    early: { kind: "timedOut", timeoutMs: 1_000 },
  });

  test("has promptflow's names", () => {
    expect(BatchResult.toJson(result)).toMatchObject({
      status: "Failed",
      total_lines: 5,
      completed_lines: 2,
      failed_lines: 3,
      node_status: { "fetch.completed": 2 },
      start_time: "2026-11-28T12:00:00.000Z",
      end_time: "2026-11-28T12:00:02.500Z",
      metrics: { m: 1 },
      system_metrics: {
        total_tokens: 22,
        prompt_tokens: 17,
        completion_tokens: 5,
        duration: 2.5,
      },
      error_summary: {
        failed_user_error_lines: 2,
        failed_system_error_lines: 1,
        error_list: [
          {
            line_number: 2,
            error: {
              message: "division by zero",
              code: "UserError",
              innerError: { code: "ZeroDivisionError", innerError: null },
              node_name: "score",
              debugInfo: { stackTrace: "Traceback …" },
            },
          },
          { line_number: 3, error: { code: "SystemError", message: "broken" } },
          { line_number: 4, error: { innerError: { code: "BatchRunTimeout" } } },
        ],
        aggr_error_dict: { mean: { message: "broken" } },
        batch_error_dict: { innerError: { code: "BatchRunTimeout" } },
      },
    });
  });

  test("is read back as it was", () => {
    const json = JSON.stringify(BatchResult.toJson(result));
    expect(BatchResult.fromJson(parseJsonText(json))).toEqual(result);
    const paid = { ...result, systemMetrics: { ...result.systemMetrics, cost: 0.25 } };
    expect(BatchResult.toJson(paid)).toMatchObject({ system_metrics: { cost: 0.25 } });
    expect(BatchResult.fromJson(BatchResult.toJson(paid))).toEqual(paid);
  });

  test("is refused if it is something else", () => {
    expect(() => BatchResult.fromJson({ status: "Running" })).toThrow('got "Running"');
    expect(() => BatchResult.fromJson([])).toThrow("Expected a batch result as an object, got []");
  });
});
