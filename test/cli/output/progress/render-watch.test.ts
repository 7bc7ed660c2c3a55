import { describe, expect, test } from "vitest";
import { renderEvent, renderWatch } from "../../../../cli/output/progress/render-watch.js";
import type { Screen } from "../../../../cli/output/terminal/screen.js";
import type { WatchEvent, WatchStatus } from "../../../../src/index.js";
import { experimentStatus } from "../render/status-fixture.js";

const screen: Screen = { isTerminal: false, colours: false, columns: 80, rows: 24 };
const at = new Date(2026, 10, 21, 10, 43, 19).getTime();

test("a watch shows what runs, what waits and why, and what has ended", () => {
  const status: WatchStatus = {
    dataFolder: "/user/data",
    workflowId: "watch/data",
    state: "watching",
    concurrent: 1,
    once: false,
    running: [
      {
        name: "pilot",
        inputName: "pilot.jsonl",
        records: 500,
        startedAt: at,
        expectedMs: 60_000,
        status: experimentStatus(),
      },
    ],
    waiting: { count: 3, names: ["a.jsonl", "b.csv"], incomplete: 1, busy: ["pilot.jsonl"] },
    next: { inputName: "a.jsonl", name: "a", records: 1, expectedMs: 1_500 },
    counts: { started: 14, ended: 13, unsound: 1, rejected: 1 },
    events: [],
    workerAnswers: true,
    problems: ["The disk is full."],
    startedAt: at,
  };
  expect(renderWatch(status, screen, at + 45_000)).toMatchInlineSnapshot(`
    "/user/data watching
      running  pilot: 123/500, running, about 15.0s left
      waiting  3: a.jsonl, b.csv and 1 more (1 still being written; waiting for the running experiment of the same name: pilot.jsonl)
      next     a.jsonl: 1 record, about 1.5s
      ended    13 experiments have ended, 1 of them with failures; 1 file was set aside
      problem  The disk is full."
  `);
});

describe("what happens in a watch is told in lines", () => {
  const happened = { number: 1, at, name: "pilot", inputName: "pilot.jsonl" };
  const events: readonly WatchEvent[] = [
    { ...happened, type: "started", records: 1, expectedMs: 90_000, notices: ["A note."] },
    {
      ...happened,
      type: "ended",
      records: 500,
      status: "finished",
      completed: 497,
      failed: 3,
      tookMs: 72_000,
    },
    {
      ...happened,
      type: "ended",
      records: 500,
      status: "failed",
      completed: 0,
      failed: 0,
      error: "The input is gone.",
      tookMs: 500,
    },
    {
      number: 2,
      at,
      type: "rejected",
      inputName: "bad.jsonl",
      reason: "No record.",
      errorFile: "/user/data/input/rejected/bad.error.txt",
    },
  ];
  test("one after the other", () => {
    const lines = events.flatMap((event) => renderEvent(event, screen));
    expect(lines.join("\n")).toMatchInlineSnapshot(`
      "10:43:19 pilot.jsonl has started: 1 record, about 1m 30s, until 10:44:49
      A note.
      10:43:19 pilot finished: 497 completed, 3 failed in 1m 12s
      10:43:19 pilot failed after 0.5s: The input is gone.
      10:43:19 bad.jsonl was set aside: No record.
        see /user/data/input/rejected/bad.error.txt"
    `);
  });
});
