import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Compared } from "../../../src/client/report/read-comparison.js";
import { writeComparison } from "../../../src/client/report/write-comparison.js";
import type { ReportFormat } from "../../../src/client/report/write-report.js";
import type { ComparisonReport, PairReport } from "../../../src/domain/report/pair-report.js";
import type { LogLine } from "../../../src/domain/record/log-line.js";
import { readParquet } from "../../../src/storage/rows/read-parquet.js";
import { completedLine, failedLine, recordLine } from "../../storage/run/prepared-run.js";
import { reportRun } from "./report-run.js";

let dataFolder: string;

/** Records 1 to 6, of which B lacks 1 and has 7 besides. Only answers with "yes" score 1. */
beforeAll(async () => {
  const settings = { scorers: [{ scorer: "includes" }] };
  const lineOf = (id: number, model: string): string =>
    recordLine(id, { model_name: model, prompt: `prompt ${id}`, expected_response: "yes" });
  const usage = { prompt_tokens: 10, completion_tokens: 4 };
  const answered = (position: number, response: string, ms: number): LogLine =>
    completedLine(position, { response, usage, sentAt: 1_000, finishedAt: 1_000 + ms });
  const first = await reportRun({
    lines: [1, 2, 3, 4, 5, 6].map((id) => lineOf(id, "m")),
    log: [
      answered(0, "yes", 100),
      answered(1, "yes", 100),
      answered(2, "no", 100),
      answered(3, "yes", 100),
      answered(4, "yes", 300),
      failedLine(5, { type: "Timeout" }),
    ],
    settings,
  });
  dataFolder = first.dataFolder;
  await reportRun({
    name: "second",
    dataFolder,
    lines: [7, 6, 5, 4, 3, 2].map((id) => lineOf(id, "n")),
    log: [
      answered(0, "yes", 100),
      answered(1, "yes", 100),
      failedLine(2, { type: "ContentFilter" }),
      answered(3, "yes", 200),
      answered(4, "yes", 200),
      answered(5, "no", 200),
    ],
    settings: { ...settings, maxAttempts: 7 },
  });
});
afterAll(() => rmSync(dataFolder, { recursive: true, force: true }));

const both = { first: "pilot", second: "second" };

async function written(format: ReportFormat, compared: Compared = both): Promise<string> {
  const output = join(dataFolder, `c.${format}`);
  return (await writeComparison(compared, { dataFolder, format, output })).path;
}

async function figures(compared: Compared = both): Promise<readonly PairReport[]> {
  const text = readFileSync(await written("json", compared), "utf8");
  return (JSON.parse(text) as ComparisonReport).comparisons;
}

describe("two runs", () => {
  test("are joined by id, and their changes add up", async () => {
    const [report] = await figures();
    expect(report).toMatchObject({
      joinedBy: "id",
      pairs: 5,
      failedInOne: 2,
      onlyFirst: { count: 1, examples: ["1"] },
      onlySecond: { count: 1, examples: ["7"] },
      // 5 newly failed and 2 lost its score; 3 gained it and 6 recovered; 4 is the same.
      changes: { worse: 2, changed: 0, better: 2, same: 1 },
      settings: [{ name: "maxAttempts", first: "3", second: "7" }],
    });
    expect(report?.second).toMatchObject({
      title: "second",
      books: { input: 6, completed: 5, failed: 1 },
      failures: [{ type: "ContentFilter", records: 1 }],
    });
  });

  test("have the mean difference of each measure with its interval", async () => {
    const [report] = await figures();
    const metrics = new Map(report?.metrics.map((metric) => [metric.name, metric]));
    // Scores in both: 2 (1 → 0), 3 (0 → 1) and 4 (1 → 1).
    expect(metrics.get("includes")).toMatchObject({
      kind: "score",
      compared: 3,
      worse: 1,
      same: 1,
      better: 1,
      unscored: 2,
      difference: 0,
      first: expect.closeTo(2 / 3, 9) as number,
      interval: { method: "newcombe" },
    });
    expect(metrics.get("failed")).toMatchObject({
      first: 0.2,
      second: 0.2,
      difference: 0,
      worse: 1,
      better: 1,
      compared: 5,
    });
    // 2, 3 and 4 took 100 ms in A and 200 ms in B; without a spread, the interval is a point.
    expect(metrics.get("latencyMs")).toMatchObject({
      first: 100,
      second: 200,
      difference: 100,
      worse: 3,
      better: 0,
      compared: 3,
      interval: { low: 100, high: 100, method: "paired-t" },
    });
    expect([...metrics.keys()]).not.toContain("cost");
  });

  test("are written as tables, worse first", async () => {
    const rows: { id?: unknown; change?: unknown }[] = [];
    for await (const row of readParquet(await written("parquet"))) rows.push(row);
    expect(rows.map(({ id, change }) => [id, change])).toEqual([
      ["5", "newly-failed"],
      ["2", "worse"],
      ["3", "better"],
      ["6", "recovered"],
      ["4", "same"],
    ]);
    expect(rows[1]).toMatchObject({
      first_answer: "yes",
      second_answer: "no",
      gain: -1,
      answer_changed: true,
      first_model: "test/m",
      second_model: "test/n",
      prompt: "prompt 2",
    });
    const csv = readFileSync(await written("csv"), "utf8")
      .split("\r\n")
      .join("\n");
    expect(csv.split("\n")[0]).toMatch(/^\ufeffid,change,answer_changed,/);
    const markdown = readFileSync(await written("md"), "utf8");
    expect(markdown).toContain("| 2 | 0 | 2 | 1 | 2 | 1 | 1 |");
    expect(markdown).toContain("| 5 | newly failed | yes | ContentFilter: no such |");
  });

  test("may be given by their completed files", async () => {
    const path = await written("json");
    const { comparisons } = JSON.parse(readFileSync(path, "utf8")) as ComparisonReport;
    const stamp = comparisons[0]?.first.stamp ?? "";
    const file = join(dataFolder, "output", "pilot", `${stamp}-completed-pilot.jsonl`);
    const [report] = await figures({ first: file, second: "second" });
    expect(report?.pairs).toBe(5);
  });
});

test("the models of one run are compared by prompt", async () => {
  const lines = [0, 1, 2, 3].map((id) =>
    recordLine(id, { model_name: id % 2 === 0 ? "m" : "n", prompt: `p${id >> 1}` }),
  );
  const log = lines.map((_, id) => completedLine(id, { response: id === 3 ? "other" : "same" }));
  const run = await reportRun({ name: "models", dataFolder, lines, log });
  const [report, ...more] = await figures({ run: "models", by: "model", baseline: "n" });
  expect(more).toEqual([]);
  expect(report).toMatchObject({
    joinedBy: "prompt",
    pairs: 2,
    changes: { worse: 0, changed: 1, better: 0, same: 1 },
    first: { title: "test/n", name: "models", books: { input: 2, completed: 2 } },
    second: { title: "test/m" },
  });
  const { path } = await writeComparison({ run: "models", by: "model" }, { dataFolder });
  expect(path).toBe(run.directory.replace(/\.([\d-]+)$/, "$1-comparison-models-by-model.html"));
});

describe("a comparison is refused", () => {
  test("for a run that does not exist", async () => {
    await expect(figures({ first: "pilot", second: "unknown" })).rejects.toThrow(
      'There is no run of "unknown"',
    );
    await expect(figures({ first: "pilot", second: "elsewhere.jsonl" })).rejects.toThrow(
      "Expected a run's completed file",
    );
  });

  test("for the same run twice", async () => {
    await expect(figures({ first: "pilot", second: "pilot" })).rejects.toThrow(
      'Expected two different runs, got "pilot" twice.',
    );
  });

  test("for runs without a common record", async () => {
    const lines = [recordLine(70, { prompt: "elsewhere" })];
    await reportRun({ name: "other", dataFolder, lines, log: [completedLine(0)] });
    await expect(figures({ first: "pilot", second: "other" })).rejects.toThrow(
      'Expected records that are in both "pilot" and "other"',
    );
  });

  test("for one run with a single model", async () => {
    await expect(figures({ run: "pilot", by: "model" })).rejects.toThrow('all have "test/m"');
  });
});
