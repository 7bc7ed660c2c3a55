import stringWidth from "string-width";
import { describe, expect, test } from "vitest";
import type { ExpectedEnd, LimitStatus, StepStatus } from "../../../../src/index.js";
import { fitText } from "../../../../cli/output/format/fit-text.js";
import { renderLimits, renderShares } from "../../../../cli/output/render/render-limits.js";
import type { ExperimentSummary } from "../../../../src/client/list/known-experiments.js";
import { renderList } from "../../../../cli/output/render/render-list.js";
import { renderScores } from "../../../../cli/output/render/render-scores.js";
import { renderStatus } from "../../../../cli/output/render/render-status.js";
import { renderSummary } from "../../../../cli/output/render/render-summary.js";
import type { Screen } from "../../../../cli/output/terminal/screen.js";
import { screenOf } from "../../../../cli/output/terminal/screen.js";
import { shellWord } from "../../../../src/domain/shell-word.js";
import { experimentStatus, groupStatus } from "./status-fixture.js";

const screen: Screen = { isTerminal: false, colours: false, columns: 80, rows: 24 };

describe("a screen", () => {
  test.each([
    [{ isTTY: true, columns: 0, rows: 0 }, {}, [true, true, 80, 24]],
    [{ isTTY: true, columns: 132, rows: 50 }, { NO_COLOR: "1" }, [true, false, 132, 50]],
    [{ isTTY: true, columns: 80, rows: 24 }, { TERM: "dumb" }, [false, false, 80, 24]],
    [{}, {}, [false, false, 80, 24]],
    [{}, { FORCE_COLOR: "1" }, [false, true, 80, 24]],
  ])("of %j with %j", (stream, environment, expected) => {
    const { isTerminal, colours, columns, rows } = screenOf(stream, environment);
    expect([isTerminal, colours, columns, rows]).toEqual(expected);
  });
});

describe("a text that is fitted", () => {
  test.each([
    ["pilot", 8, "pilot   "],
    ["a long name", 6, "a lon…"],
    ["実験です", 5, "実験…"],
    ["実験です", 6, "実験… "],
    ["a\u001b[31mb", 8, "a [31mb "],
    // A family is one emoji of two cells, an accent that follows its letter takes none.
    ["👩‍👩‍👧 family", 10, "👩‍👩‍👧 family "],
    ["e\u0301tude", 6, "e\u0301tude "],
    ["👩‍👩‍👧👩‍👩‍👧👩‍👩‍👧", 4, "👩‍👩‍👧… "],
    ["e\u0301tudes", 5, "e\u0301tud…"],
  ])("%j in %d cells is %j", (text, width, expected) => {
    expect(fitText(text, width)).toBe(expected);
    expect(stringWidth(expected)).toBe(width);
  });
});

test.each([
  ["pilot", "pilot"],
  ["my pilot", "'my pilot'"],
  ["it's", String.raw`'it'\''s'`],
])("%s is pasted as %s", (name, expected) => {
  expect(shellWord(name)).toBe(expected);
});

test("a summary tells counts, failures by type, tokens, latency, repeats and the Web UI", () => {
  const status = experimentStatus({
    state: "finished",
    completed: 497,
    finishedAt: 1_072_000,
    repeatedCalls: 2,
    webUi: "http://127.0.0.1:8233/x",
  });
  const summary = {
    records: 500,
    completed: 497,
    failed: 3,
    reused: 7,
    cut: 12,
    withheld: 1,
    failures: [
      { type: "NotFound", records: 2, example: "No model `gpt-4o-mimi`.", exampleId: "a 1" },
      { type: "Timeout", records: 1, example: "" },
    ],
    tokens: [{ target: "openai/gpt-4o", input: 12_345, output: 678 }],
    latency: { medianMs: 512, p95Ms: 1234 },
  };
  expect(renderSummary(status, summary, screen).join("\n")).toBe(
    [
      "pilot finished: 497 completed, 3 failed of 500 in 1m 12s",
      '  failed    2 NotFound (record "a 1"): No model `gpt-4o-mimi`.',
      "            Correct the model's name or the API's address, and run the file again once this run has ended. Other answers are reused.",
      "  failed    1 Timeout",
      "            Raise --timeout if answers take long. Then: ostinato retry-failed pilot",
      "  cut off   12 answers at the maximum length",
      "  withheld  1 answer by the model or a filter",
      "  reused    7 answers of earlier runs",
      "  tokens    openai/gpt-4o: 12,345 in, 678 out",
      "  latency   median 512 ms, 95 % within 1.2s",
      "  repeated  2 calls; a process died before it saved the answers",
      "  Web UI    http://127.0.0.1:8233/x",
    ].join("\n"),
  );
  // A row waits for the slots of its calls too.
  expect(renderSummary({ ...status, steps: [] }, summary, screen)).toContain(
    "  row time  median 512 ms, 95 % within 1.2s, with waits",
  );
});

test("the summary of a blocked run says what it waits for and how it goes on", () => {
  const blocked = [{ target: "openai/gpt-4o", reason: "Incorrect API key." }];
  const waits =
    "`openai/gpt-4o` waits: Incorrect API key. Fix it, then run: ostinato resume pilot; ostinato follow pilot. " +
    "Or go on without it: ostinato cancel pilot --model openai/gpt-4o";
  const summaryIn = (state: "blocked" | "cancelled"): string =>
    renderSummary(experimentStatus({ state, blocked }), undefined, screen).join("\n");
  expect(summaryIn("blocked")).toMatch(/\n +blocked +`openai/);
  expect(summaryIn("blocked")).toContain(waits);
  expect(summaryIn("cancelled")).not.toContain("waits");
});

test("a summary names the steps that failed, though their rows are completed", () => {
  const step = (name: string, failed: number): StepStatus => {
    return { name, use: "text_generation", done: 3, failed, dropped: 0, waiting: 0, inFlight: 0 };
  };
  const status = experimentStatus({
    state: "finished",
    records: 3,
    completed: 3,
    failed: 0,
    steps: [step("one", 0), step("two", 3)],
  });
  const summary = {
    records: 3,
    completed: 3,
    failed: 0,
    reused: 0,
    cut: 0,
    withheld: 0,
    failures: [],
    tokens: [],
  };
  const [title, ...facts] = renderSummary(status, summary, screen);
  expect(title).toBe("pilot finished: 3 completed, none failed of 3");
  expect(facts).toEqual([
    "  failed at  two (3)",
    "             The rows are completed without these values. Ask again: ostinato retry-failed pilot",
  ]);
});

test("a failed aggregation stands in the summary, the status and the list", () => {
  const aggregationErrors = [{ node: "mean", message: "division by zero" }];
  const status = experimentStatus({ state: "finished", records: 60, completed: 60, failed: 0 });
  const failed = { ...status, aggregationErrors };
  const [title, fact] = renderSummary(failed, undefined, screen);
  expect(title).toBe("pilot finished, aggregation failed: 60 completed, none failed of 60");
  expect(fact?.trim()).toMatch(/^aggregation +mean: division by zero$/);
  const shown = renderStatus(failed, screen, 0);
  expect(shown).toMatch(/^pilot finished, aggregation failed\n/);
  expect(shown).toMatch(/\n +aggregation +mean: division by zero\n/);
  const run = { name: "pilot", state: "finished", dataFolder: "/data", startedAt: 0 } as const;
  expect(renderList([{ ...run, aggregationFailed: true }], 0, 120)).toContain(
    "finished (aggregation failed)",
  );
});

function endsAt(atMs: number): ExpectedEnd {
  return { atMs, earliestMs: atMs - 60_000, latestMs: atMs + 60_000 };
}

test("a status shows what waits and why, and that no worker answers, each once", () => {
  const status = experimentStatus({
    state: "blocked",
    workerAnswers: false,
    blocked: [{ target: "openai/gpt-4o", reason: "Incorrect API key." }],
    problems: ["No worker answers.", "The disk is full."],
    asked: ["pause", "change"],
    groups: [
      // 480 per minute would take 47 s, but others share the limit.
      groupStatus({ name: "a", ends: endsAt(1_365_000) }),
      groupStatus({ name: "b", state: "blocked" }),
    ],
    ends: endsAt(1_365_000),
  });
  const shown = renderStatus(status, screen, 1_065_000).replace(/\d\d:\d\d:\d\d/, "HH:MM:SS");
  expect(shown).toMatchInlineSnapshot(`
    "pilot blocked (no worker)
      records  120 completed, 3 failed, 8 in flight of 500
      pace     480 per minute
      time     running for 1m 05s, ends about HH:MM:SS
      blocked  \`openai/gpt-4o\` waits: Incorrect API key. Fix it, then run: ostinato resume pilot; ostinato follow pilot. Or go on without it: ostinato cancel pilot --model openai/gpt-4o
      problem  No worker answers.
      problem  The disk is full.
      asked    to pause, then to change; no worker has taken it yet
      data     /user/data
    GROUP  STATE    RECORDS  COMPLETED  FAILED  IN FLIGHT  RATE            LEFT
    a      sending  500      120        3       8          480 per minute  5m 00s
    b      blocked  500      120        3       8          480 per minute  -"
  `);
});

test.each([
  ["running", true, "pilot running"],
  ["running", false, "pilot running (no worker)"],
  ["paused", false, "pilot paused (no worker)"],
  // An ended run needs none, and without a server nothing is known about workers.
  ["finished", false, "pilot finished"],
  ["unknown", false, "pilot unknown"],
] as const)("the first line of a status: %s, worker: %s", (state, workerAnswers, title) => {
  const shown = renderStatus(experimentStatus({ state, workerAnswers }), screen, 1_065_000);
  expect(shown.split("\n")[0]).toBe(title);
});

test("a status of models with one rate has that rate, not their sum", () => {
  const group = groupStatus({ requestsPerMinute: 1_800, requestsPerMinuteOfEach: 600 });
  const status = experimentStatus({ requestsPerMinute: 1_800, groups: [group] });
  const text = renderStatus(status, screen, 1_065_000);
  expect(text).toContain("600 per minute for each of 3 models");
  expect(text).not.toContain("1,800");
});

test("a status explains the newest failed calls, and says what to do", () => {
  const status = experimentStatus({
    errors: [
      {
        type: "RateLimit",
        status: 429,
        count: 2,
        firstAtMs: 1_000_000,
        lastAtMs: 1_000_000,
        line: 8,
        id: "7",
        message: "Slow\ndown.",
        remedy: "ostinato change pilot --max-queries 5",
      },
    ],
  });
  expect(renderStatus(status, screen, 1_065_000)).toMatch(
    / {2}errors {3}RateLimit 429 ×2, .*, record 7: Slow down\.\n {11}ostinato change pilot --max-queries 5\n/,
  );
});

test("a list has a line a run", () => {
  const startedAt = new Date(2026, 10, 21, 10, 43, 19).getTime();
  const summaries = [
    { name: "pilot", state: "running" as const, dataFolder: "/user/data", startedAt },
    {
      name: "older pilot",
      state: "finished" as const,
      dataFolder: "/user/data",
      records: 12_000,
      completed: 11_990,
      failed: 10,
      startedAt: startedAt - 86_400_000,
      finishedAt: startedAt - 86_000_000,
    },
  ];
  expect(renderList(summaries, startedAt + 65_000, 100)).toMatchInlineSnapshot(`
    "NAME         STATE     RECORDS  COMPLETED  FAILED  STARTED       TOOK    DATA FOLDER
    pilot        running   -        -          -       Nov 21 10:43  1m 05s  /user/data
    older pilot  finished  12,000   11,990     10      Nov 20 10:43  6m 40s  /user/data"
  `);
  const stages = ["rephrase", "main", "judge"] as const;
  const cut = ["main", "segment", "segment"] as const;
  const staged = [{ ...summaries[0], stages }, { ...summaries[1], stages: cut }, ...summaries];
  const lines = renderList(staged as ExperimentSummary[], startedAt, 120).split("\n");
  expect(lines.map((line) => line.slice(23, 47))).toEqual([
    "STAGES                 R",
    "rephrase, main, judge  -",
    "main, 2 segments       1",
    "-                      -",
    "-                      1",
  ]);
});

test("a list says what its runs cost in all, and that no worker runs", () => {
  const tokens = { input: 1, cachedInput: 0, cacheWrite: 0, output: 1, reasoning: 0 };
  const paid = (cost: number): Pick<ExperimentSummary, "spending"> => ({
    spending: { cost, unknownCalls: 0, saved: 0, tokens },
  });
  const run = { name: "pilot", dataFolder: "/data", startedAt: 0 };
  const summaries: ExperimentSummary[] = [
    { ...run, state: "blocked", workerAnswers: false, ...paid(0.1) },
    { ...run, state: "running", stage: "judge", workerAnswers: false },
    { ...run, state: "finished", ...paid(0.2) },
  ];
  const lines = renderList(summaries, 0, 120).split("\n");
  const staged = [{ ...run, state: "finished", stages: ["main", "judge"], ...paid(0.1) }] as const;
  // Its stages fit into 80 columns.
  const inAnotherYear = renderList([{ ...staged[0], startedAt: Date.UTC(2024, 4, 9, 12) }], 0, 200);
  expect(renderList(staged, 0)).toContain("main, judge");
  expect(inAnotherYear).toContain("2024-05-09 ");
  expect(lines.at(-1)).toBe("Cost of 2 runs: $0.30");
  expect(lines[1]).toContain("blocked (no worker) ");
  expect(lines[2]).toContain("running (judge, no worker) ");
  expect(renderList(summaries.slice(1), 0, 120)).not.toContain("Cost of");
});

test("limits are shown with what they are used for and who waits", () => {
  const endsAtMs = new Date(2026, 10, 22, 8, 0, 0).getTime();
  const limits: readonly LimitStatus[] = [
    {
      key: "api/openai/gpt-4o",
      cap: { inFlight: 10, requestsPerDay: { requests: 5_000, resetHour: 0, timeZone: "UTC" } },
      requestsPerMinute: 600,
      tokensPerMinute: 60_000,
      inFlight: 10,
      calls: 7,
      lastMinute: { calls: 412, tokens: 58_900 },
      days: [{ calls: 5_000, endsAtMs }],
      slowdowns: [
        {
          kind: "unreachable",
          host: "api.openai.com",
          reason: "connect ECONNREFUSED",
          sinceMs: endsAtMs - 300_000,
          nextTryAtMs: endsAtMs,
        },
      ],
      holders: [
        {
          group: "pilot/all",
          requestsPerMinute: 600,
          tokensPerMinute: 60_000,
          priority: 1,
          perMinute: 540,
        },
        {
          group: "other/all",
          requestsPerMinute: 60,
          priority: 3,
          perMinute: 60,
          waitsForMs: 2_300,
        },
        {
          group: "third/all",
          requestsPerMinute: 60,
          priority: 5,
          perMinute: 0,
          waitsUntilMs: endsAtMs,
        },
      ],
      answered: true,
    },
    {
      key: "group/a",
      cap: {},
      calls: 0,
      lastMinute: { calls: 0, tokens: 0 },
      days: [],
      slowdowns: [],
      holders: [],
      answered: false,
    },
  ];
  expect(renderShares(limits).split("\n")[1]).toMatch(/pilot\/all +540 of 600 +90 %$/);
  expect(renderLimits(limits, endsAtMs - 60_000, 120)).toMatchInlineSnapshot(`
    "KEY
      LAST MINUTE        TOKENS            TODAY                          IN FLIGHT  CAP
    api/openai/gpt-4o
      412 of 600         58,900 of 60,000  5,000 of 5,000 until 08:00:00  7 of 10    5,000 per day, 10 in flight
    group/a
      no worker answers

    api/openai/gpt-4o: api.openai.com unreachable since 07:55:00, next try 08:00:00

    USED BY    KEY                PRIORITY  PER MINUTE          WAITS
    pilot/all  api/openai/gpt-4o  1         600, 60,000 tokens  -
    other/all  api/openai/gpt-4o  3         60                  for 2.3s
    third/all  api/openai/gpt-4o  5         60                  until 08:00:00, for the next day"
  `);
});

test("below the scores is the most frequent reason for missing ones", () => {
  const rows = [
    { scorer: "match", scored: 0, unscored: 2_000, reason: "No `expected`." },
    { scorer: "match", model: "test/parrot", scored: 0, unscored: 2_000, reason: "No `expected`." },
    { scorer: "levels", scored: 1, unscored: 0 },
  ];
  expect(renderScores(rows).split("\n\n")).toEqual([
    expect.stringContaining("match   all              0       2,000"),
    "match: 2,000 not scored. Most frequent reason: No `expected`.",
  ]);
});
