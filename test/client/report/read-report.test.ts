import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { readReport } from "../../../src/client/report/read-report.js";
import { writeReport } from "../../../src/client/report/write-report.js";
import type { ReportFormat } from "../../../src/client/report/write-report.js";
import type { JsonObject } from "../../../src/domain/json/json.js";
import type { ReportRecord } from "../../../src/domain/report/report-row.js";
import { runPaths } from "../../../src/storage/run/run-folder.js";
import { readParquet } from "../../../src/storage/rows/read-parquet.js";
import {
  completedLine,
  failedAttempt,
  failedLine,
  recordLine,
} from "../../storage/run/prepared-run.js";
import { reportRun } from "./report-run.js";
import type { GivenRun } from "./report-run.js";

const usage = { prompt_tokens: 10, completion_tokens: 4 };

async function read(given: GivenRun) {
  const { dataFolder, directory } = await reportRun(given);
  onTestFinished(() => rmSync(dataFolder, { recursive: true, force: true }));
  const records: ReportRecord[] = [];
  const report = await readReport(directory, (record) => void records.push(record));
  return { report, records };
}

test("a report closes the books and sums failures, latency, tokens and calls", async () => {
  const { report, records } = await read({
    lines: [
      recordLine(0),
      recordLine(1, { model_name: "n", prompt: ["One?", "Two?"] }),
      recordLine(2, { note: "mine" }),
    ],
    log: [
      failedAttempt(0, { finishedAt: 1500 }),
      completedLine(0, { sentAt: 2000, finishedAt: 2100, attempts: 2, usage }),
      completedLine(1, { sentAt: 1000, finishedAt: 1400, response: ["1", "2"] }),
      failedLine(2),
    ],
    settings: { scorers: [{ scorer: "json-valid" }] },
  });
  expect(report).toMatchObject({
    name: "pilot",
    kind: "experiment",
    state: "finished",
    books: { input: 3, completed: 2, failed: 1, dropped: 0, open: 0 },
    failures: [{ type: "NotFound", records: 1, exampleIndex: 2 }],
    models: [
      { model: "test/m", completed: 1, failed: 1, tokens: { input: 10, output: 4 } },
      { model: "test/n", completed: 1, failed: 0, latency: { maxMs: 400 } },
    ],
    // Sends at 1,000 (three times) and 2,000 ms, in seconds.
    pace: { startMs: 1000, bucketMs: 1000, answered: [1, 1], failed: [2, 0] },
    valueColumns: ["json-valid", "note"],
  });
  expect(report.reproduce.files.map(({ role }) => role)).toEqual(["input", "output"]);
  expect(report.reproduce.settings).not.toHaveProperty("dataFolder");
  expect(records.map(({ id, status, answer }) => [id, status, answer])).toEqual([
    ["0", "completed", "answer 0"],
    ["1", "completed", "1\n\n---\n\n2"],
    ["2", "failed", ""],
  ]);
  expect(records[0]?.calls).toEqual([
    {
      sentAt: 1000,
      finishedAt: 1500,
      end: "failed",
      status: 429,
      error: { type: "RateLimit", message: "slow down" },
    },
    { sentAt: 2000, finishedAt: 2100, end: "answered" },
  ]);
  expect(records[1]?.messages).toEqual([
    { role: "user", text: "One?" },
    { role: "model", text: "1" },
    { role: "user", text: "Two?" },
    { role: "model", text: "2" },
  ]);
});

test("the figures and the records are written in other formats", async () => {
  const { dataFolder } = await reportRun({
    lines: [recordLine(0, { note: 'a "b"' }), recordLine(1)],
    log: [completedLine(0, { usage, response: "x\ny" }), failedLine(1)],
  });
  onTestFinished(() => rmSync(dataFolder, { recursive: true, force: true }));
  const write = async (format: ReportFormat): Promise<string> => {
    const output = join(dataFolder, `r.${format}`);
    return (await writeReport("pilot", { dataFolder, format, output })).path;
  };
  const markdown = readFileSync(await write("md"), "utf8");
  expect(markdown).toContain("| 2 | 1 | 1 | 0 | 0 |");
  expect(markdown).toContain("| NotFound | 1 | no such |");
  const json = JSON.parse(readFileSync(await write("json"), "utf8")) as object;
  expect(json).toMatchObject({ books: { input: 2, completed: 1, failed: 1 } });
  expect(
    readFileSync(await write("csv"), "utf8")
      .split("\n")
      .slice(0, 3),
  ).toEqual([
    expect.stringMatching(/^\ufeffid,status,model,group,prompt,answer,note,/),
    '0,completed,test/m,,p0,"x',
    expect.stringMatching(/^y","a ""b""",/),
  ]);
  const rows: JsonObject[] = [];
  for await (const row of readParquet(await write("parquet"))) rows.push(row);
  expect(rows).toMatchObject([
    { id: "0", answer: "x\ny", note: 'a "b"', input_tokens: 10 },
    { id: "1", error_type: "NotFound", error_message: "no\n such" },
  ]);
});

test("a report has the cost of the judges apart from that of the answers", async () => {
  const { dataFolder, directory } = await reportRun({
    lines: [recordLine(0), recordLine(1)],
    log: [completedLine(0, { cost: 0.5 }), completedLine(1, { cost: 0.5 })],
  });
  onTestFinished(() => rmSync(dataFolder, { recursive: true, force: true }));
  const madeFrom = runPaths(directory).completed;
  await reportRun({
    name: "judge-pilot",
    dataFolder,
    stage: { kind: "judge", experiment: "pilot", madeFrom },
    lines: [0, 1].map((id) =>
      recordLine(id, { id: `judge-j-t-${id}`, template_name: "t", "input-id": id }),
    ),
    log: [completedLine(0, { cost: 0.25 }), completedLine(1, { cost: 0.125 })],
  });
  const report = await readReport(directory);
  expect(report.judgesMoney).toEqual({ dollars: 0.375, unpriced: 0 });
  expect(report.models[0]?.money).toEqual({ dollars: 1, unpriced: 0 });
});

test("a report has the cost of the rephrases apart from that of the answers", async () => {
  const tokens = { input: 0, cachedInput: 0, cacheWrite: 0, output: 0, reasoning: 0 };
  const rephrased = await reportRun({
    name: "rephrase-pilot",
    stage: { kind: "rephrase", experiment: "pilot" },
    lines: [recordLine(0), recordLine(1)],
    log: [0.25, null].map((cost, id) => ({ ...completedLine(id), spend: { cost, tokens } })),
  });
  const { dataFolder } = rephrased;
  onTestFinished(() => rmSync(dataFolder, { recursive: true, force: true }));
  const madeFrom = runPaths(rephrased.directory).completed;
  const { directory } = await reportRun({
    name: "post-rephrase-pilot",
    dataFolder,
    stage: { kind: "main", experiment: "pilot", madeFrom },
    lines: [recordLine(0)],
    log: [completedLine(0, { cost: 0.5 })],
  });
  const report = await readReport(directory);
  expect(report.stageMoney).toEqual([{ stage: "rephrase", dollars: 0.25, unpriced: 1 }]);
  expect(report.models[0]?.money).toEqual({ dollars: 0.5, unpriced: 0 });
});

test("a report says which command started the run, and at which commit", async () => {
  const started = { command: "ostinato run pilot.jsonl", git: { commit: "c0ffee", dirty: true } };
  const judge = { folder: "/home/me/judges", judges: ["strict"], templates: ["t.txt"] };
  const settings = { judge, providers: ["/home/me/my-api.mjs"] };
  const { dataFolder } = await reportRun({ lines: [recordLine(0)], log: [], started, settings });
  onTestFinished(() => rmSync(dataFolder, { recursive: true, force: true }));
  const options = { dataFolder, format: "md", output: join(dataFolder, "r.md") } as const;
  const { path } = await writeReport("pilot", options);
  const markdown = readFileSync(path, "utf8");
  expect(markdown).toContain("| command | ostinato run pilot.jsonl |");
  expect(markdown).toContain("| git | c0ffee, modified |");
  // A path of this machine means nothing to others.
  expect(markdown).not.toContain("/home/me");
  expect(markdown).toMatch(/\| judge \| .*"folder":"judges"/);
});

test("a run that goes on is reported as far as it has come", async () => {
  const { report, records } = await read({
    lines: [recordLine(0), recordLine(1)],
    log: [completedLine(1)],
    finished: false,
  });
  expect(report.state).toBe("unfinished");
  expect(report.books).toEqual({ input: 2, completed: 1, failed: 0, dropped: 0, open: 1 });
  expect(records.map(({ id, index }) => [id, index])).toEqual([["1", 0]]);
});
