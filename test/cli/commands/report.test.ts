import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { describeResult } from "../../../bench/lib/cli-process.js";
import type { ComparisonReport } from "../../../src/domain/report/pair-report.js";
import type { RunReport } from "../../../src/domain/report/run-report.js";
import { sharedCli, testRecords } from "../../helpers/cli-set-up.js";

const cli = sharedCli({ withWorker: true });

async function reportOf<Report = RunReport>(...given: readonly string[]): Promise<Report> {
  const file = join(cli.setUp.folder, "report.json");
  const result = await cli.ostinato("report", ...given, "--format", "json", "--output", file);
  expect(result, describeResult(result)).toMatchObject({ code: 0 });
  return JSON.parse(readFileSync(file, "utf8")) as Report;
}

describe("the books of a report close", () => {
  test("for a pipeline whose filter drops rows and whose function fails", async () => {
    cli.write(
      "steps.mjs",
      `export const half = ({ n }) => {
         if (n === 3) throw new RangeError("three is odd");
         return { half: n / 2 };
       };`,
    );
    cli.write(
      "rows.jsonl",
      [1, 2, 3, 4, 5].map((n) => ({ n })),
    );
    cli.write(
      "numbers.yaml",
      `name: numbers
steps:
  load: { use: load, file: rows.jsonl }
  few: { use: filter, where: "n < 5" }
  half: { use: "./steps.mjs#half", reads: [n], writes: [half] }
edges: ["load >> few >> half"]
`,
    );
    const run = await cli.ostinato("pipeline", "run", "numbers.yaml");
    expect(run, describeResult(run)).toMatchObject({ code: 1 });
    const report = await reportOf("numbers");
    expect(report).toMatchObject({
      kind: "pipeline",
      state: "finished",
      books: { input: 5, completed: 3, failed: 1, dropped: 1, open: 0 },
      failures: [
        {
          type: "RangeError",
          records: 1,
          example: expect.stringContaining("three is odd") as string,
        },
      ],
    });
    const counts = report.graph?.steps.map(({ name, done, failed, dropped }) => [
      ...[name, done, failed, dropped],
    ]);
    expect(counts).toEqual([
      ["load", 5, 0, 0],
      ["few", 4, 0, 1],
      ["half", 3, 1, 0],
    ]);
  }, 60_000);

  test("for a batch run with a line that fails", async () => {
    cli.write(
      "odd.py",
      [
        "def odd(n: int):",
        "    if n == 2:",
        "        raise ValueError('two is even')",
        "    return {'next': n + 1}",
        "",
      ].join("\n"),
    );
    cli.write(
      "lines.jsonl",
      [0, 1, 2].map((n) => ({ n })),
    );
    const run = await cli.ostinato("batch", "run", "odd.py", "--data", "lines.jsonl");
    expect(run.stderr + run.stdout).toContain("two is even");
    const report = await reportOf("odd");
    expect(report).toMatchObject({
      kind: "batch",
      state: "finished",
      books: { input: 3, completed: 2, failed: 1, dropped: 0, open: 0 },
      failures: [{ records: 1, example: expect.stringContaining("two is even") as string }],
    });
    expect(report.reproduce.command).toBe("ostinato batch run odd.py --data lines.jsonl");
  }, 60_000);

  test("for a cancelled run, whose records that were not sent are named", async () => {
    const file = cli.write("stopped.jsonl", testRecords(40, { latency_ms: 10 }));
    // One call at once, then one in 6 s.
    const started = await cli.ostinato("run", file, "--max-queries", "10", "--detach");
    expect(started, describeResult(started)).toMatchObject({ code: 0 });
    await cli.ostinato("cancel", "stopped");
    await cli.ostinato("follow", "stopped");
    const { books, failures, state } = await reportOf("stopped");
    expect(state).toBe("cancelled");
    expect(books.completed + books.failed).toBe(40);
    expect(books).toMatchObject({ input: 40, dropped: 0, open: 0 });
    expect(failures).toEqual([
      expect.objectContaining({ type: "cancelled", records: books.failed }),
    ]);
  }, 60_000);
});

test("two runs are compared, and the report has their command lines and commit", async () => {
  const git = (...words: string[]): string =>
    execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@b", ...words], {
      cwd: cli.setUp.folder,
      encoding: "utf8",
    }).trim();
  const file = cli.write("first.jsonl", testRecords(3, { latency_ms: 10 }));
  git("init", "-q");
  git("add", file);
  git("commit", "-q", "-m", "input");
  const words = ["run", file, "--max-queries", "600"];
  const first = await cli.ostinato(...words);
  expect(first, describeResult(first)).toMatchObject({ code: 0 });
  expect((await cli.ostinato(...words, "--name", "second")).code).toBe(0);
  const report = await reportOf<ComparisonReport>("first", "second");
  const [comparison] = report.comparisons;
  expect(comparison).toMatchObject({ pairs: 3, joinedBy: "id", changes: { same: 3 } });
  expect(comparison?.first.reproduce).toMatchObject({
    command: "ostinato run first.jsonl --max-queries 600",
    git: { commit: git("rev-parse", "HEAD"), dirty: false },
  });
}, 60_000);

test("arguments that do not belong together are refused", async () => {
  for (const [given, problem] of [
    [["a", "b", "--by", "model"], "Expected one run with --by, got two"],
    [["a", "--baseline", "m"], "--baseline needs --by"],
    [["unknown", "other"], 'There is no run of "unknown"'],
  ] as const) {
    const refused = await cli.ostinato("report", ...given);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain(problem);
    expect(existsSync(join(cli.setUp.folder, "report.html"))).toBe(false);
  }
}, 60_000);
