import { describe, expect, test } from "vitest";
import {
  canStartPage,
  groupAtStart,
  isBlocked,
  isFinished,
  isSending,
  pageDone,
  pageLost,
  pageSent,
  refused,
  resumed,
  startPage,
  waitOver,
} from "../../../src/domain/experiment/group-state.js";
import { idleUntilMs, waitEndsAtMs } from "../../../src/domain/experiment/next-day.js";
import type { GroupState } from "../../../src/domain/experiment/group-state.js";
import type { PageReport } from "../../../src/domain/experiment/page-report.js";
import { positionsOf, rangesOf } from "../../../src/domain/experiment/ranges.js";
import type { Range } from "../../../src/domain/experiment/ranges.js";

function stateOf(given: Partial<GroupState> = {}): GroupState {
  return {
    ...groupAtStart({ requestsPerMinute: 600 }, { ranges: [[0, 100]], firstPage: 0 }),
    ...given,
  };
}

function reportOf(page: number, given: Partial<PageReport> = {}): PageReport {
  return { page, completed: 0, failed: 0, left: [], blocked: [], resumes: 0, ...given };
}

describe("a group that wants an exact number of rows", () => {
  const start = stateOf({ rowsWanted: 10 });

  test("has one page at a time, also while that waits for its last answers", () => {
    const sent = pageSent(startPage(start), { page: 0, position: 60 });
    expect(canStartPage(sent)).toBe(false);
    expect(canStartPage(pageDone(sent, reportOf(0, { accepted: 9 })))).toBe(true);
  });

  test("ends once enough are accepted, whatever is left", () => {
    const sent = pageSent(startPage(start), { page: 0, position: 60 });
    const enough = pageDone(sent, reportOf(0, { accepted: 10, left: [[7, 8]] }));
    expect(canStartPage(enough)).toBe(false);
    expect(isFinished(enough)).toBe(true);
    // A page that has made no lease does not know the number.
    expect(isFinished(pageDone(sent, reportOf(0)))).toBe(false);
  });

  test("walks what was left first, since its calls may be paid for", () => {
    const next = startPage({ ...start, remaining: [[60, 100]], left: [[5, 9]] });
    expect(next).toMatchObject({
      remaining: [
        [5, 9],
        [60, 100],
      ],
      left: [],
    });
  });
});

describe("rows whose model's day is used up", () => {
  const start = startPage(stateOf());
  const report = reportOf(0, { nextDay: { ranges: [[3, 5]], atMs: 900 } });
  const sent = pageSent(start, { page: 0, position: 60 });

  test("wait, while the others go on", () => {
    const state = pageDone(sent, report);
    expect(canStartPage(state)).toBe(true);
    expect(idleUntilMs(state)).toBeUndefined();
    expect(waitEndsAtMs(state)).toBe(900);
    const [last] = [pageDone(pageSent(start, { page: 0, position: 100 }), report)];
    expect(isFinished(last)).toBe(false);
    expect(canStartPage(last)).toBe(false);
    expect(idleUntilMs(last)).toBe(900);
  });

  test("go on with the first model that has calls again, or after a resume", () => {
    const both = pageDone({ ...sent, nextDay: { ranges: [[7, 8]], atMs: 800 } }, report);
    const ranges = [
      [3, 5],
      [7, 8],
    ];
    expect(both.nextDay).toEqual({ ranges, atMs: 800 });
    expect(waitOver(both)).toMatchObject({ left: ranges });
    expect(waitOver(both).nextDay).toBeUndefined();
    expect(resumed(both)).toMatchObject({ left: ranges });
  });
});

describe("a page", () => {
  test("starts while there are records and no other page is sending", () => {
    expect(canStartPage(stateOf())).toBe(true);
    expect(canStartPage(stateOf({ paused: true }))).toBe(false);
    expect(canStartPage(stateOf({ cancelled: true }))).toBe(false);
    expect(canStartPage(stateOf({ remaining: [] }))).toBe(false);
    expect(canStartPage(stateOf({ remaining: [], left: [[3, 4]] }))).toBe(true);
    expect(canStartPage(startPage(stateOf()))).toBe(false);
  });

  test("hands over to the next one where it has sent, while its own answers are still out", () => {
    const sent = pageSent(startPage(stateOf()), { page: 0, position: 60 });
    expect(sent).toMatchObject({ remaining: [[60, 100]], pages: [{ page: 0, sent: [[0, 60]] }] });
    expect(isSending(sent)).toBe(false);
    const second = startPage(sent);
    expect(second.pages).toEqual([
      { page: 0, sent: [[0, 60]] },
      { page: 1, sent: null },
    ]);
    expect(second.nextPage).toBe(2);
  });

  test("walks what was left only when all else has been walked", () => {
    const first = startPage(stateOf({ left: [[5, 9]] }));
    expect(first).toMatchObject({ remaining: [[0, 100]], left: [[5, 9]] });
    const second = startPage(stateOf({ remaining: [], left: [[5, 9]] }));
    expect(second).toMatchObject({ remaining: [[5, 9]], left: [] });
  });

  test("adds the counts of its steps to those of the pages before", () => {
    const first = { ask: { done: 3, failed: 1, dropped: 0 } };
    const second = {
      ask: { done: 2, failed: 0, dropped: 0 },
      good: { done: 1, failed: 0, dropped: 1 },
    };
    const one = pageDone(startPage(stateOf()), reportOf(0, { steps: first }));
    const two = pageDone(startPage(one), reportOf(1, { steps: second }));
    expect(two.steps).toEqual({
      ask: { done: 5, failed: 1, dropped: 0 },
      good: { done: 1, failed: 0, dropped: 1 },
    });
    expect(pageDone(startPage(two), reportOf(2)).steps).toEqual(two.steps);
  });

  test("that reports is counted once, however often it says so", () => {
    const open = pageSent(startPage(stateOf()), { page: 0, position: 60 });
    const report = reportOf(0, { completed: 50, failed: 4, left: [[7, 13]] });
    const done = pageDone(open, report);
    expect(done).toMatchObject({ completed: 50, failed: 4, left: [[7, 13]], pages: [] });
    expect(pageDone(done, report)).toBe(done);
    expect(pageSent(done, { page: 0, position: 80 })).toBe(done);
  });

  test("cannot take back what it has told of where it stopped", () => {
    const sent = pageSent(startPage(stateOf()), { page: 0, position: 60 });
    expect(pageSent(sent, { page: 0, position: 90 })).toBe(sent);
  });

  test("that nobody knows changes nothing", () => {
    const state = startPage(stateOf());
    expect(pageSent(state, { page: 7, position: 50 })).toBe(state);
    expect(pageDone(state, reportOf(7, { completed: 9 }))).toBe(state);
    expect(pageLost(state, 7)).toBe(state);
  });

  test("that is lost before it told has its records walked again from where it began", () => {
    const lost = pageLost(startPage(stateOf()), 0);
    expect(lost).toMatchObject({ remaining: [[0, 100]], left: [], pages: [] });
    expect(canStartPage(lost)).toBe(true);
  });

  test("that is lost after it told has what it sent walked again", () => {
    const lost = pageLost(pageSent(startPage(stateOf()), { page: 0, position: 60 }), 0);
    expect(lost).toMatchObject({ remaining: [[60, 100]], left: [[0, 60]], pages: [] });
  });
});

describe("a model that waits for a person", () => {
  const wrongKey = { target: "openai/gpt-4o", reason: "Incorrect API key" };
  const open = pageSent(startPage(stateOf()), { page: 0, position: 100 });

  test("blocks the group when nothing but its records is left", () => {
    const state = refused(open, 0, [wrongKey]);
    expect(state.blocked).toEqual([wrongKey]);
    const done = pageDone(state, reportOf(0, { completed: 90, blocked: [[90, 100]] }));
    expect(isBlocked(done)).toBe(true);
    expect(isFinished(done)).toBe(false);
    expect(canStartPage(done)).toBe(false);
  });

  test("does not block the group while other records are to be sent", () => {
    const elsewhere = stateOf({ blockedRanges: [[0, 2]] });
    expect(isBlocked(elsewhere)).toBe(false);
    expect(canStartPage(elsewhere)).toBe(true);
    expect(isBlocked(startPage(elsewhere))).toBe(false);
  });

  test("is named once, with the first reason", () => {
    const state = refused(open, 0, [wrongKey]);
    const again = refused(state, 0, [
      { ...wrongKey, reason: "again" },
      { target: "b", reason: "no quota" },
    ]);
    expect(again.blocked).toEqual([wrongKey, { target: "b", reason: "no quota" }]);
  });

  test("is forgotten at a resume, and its records are walked again", () => {
    const done = pageDone(refused(open, 0, [wrongKey]), reportOf(0, { blocked: [[90, 100]] }));
    const state = resumed({ ...done, paused: true });
    expect(state).toMatchObject({
      resumes: 1,
      paused: false,
      blocked: [],
      blockedRanges: [],
      left: [[90, 100]],
    });
    expect(canStartPage(state)).toBe(true);
  });

  test("is not blocked again by what was sent before the resume", () => {
    const state = resumed(open);
    expect(refused(state, 0, [wrongKey])).toBe(state);
    const done = pageDone(state, reportOf(0, { completed: 90, blocked: [[90, 100]], resumes: 0 }));
    expect(done).toMatchObject({ left: [[90, 100]], blockedRanges: [] });
  });

  test("is blocked again by what was sent after the resume", () => {
    const done = pageDone(
      refused(resumed(open), 1, [wrongKey]),
      reportOf(0, { blocked: [[90, 100]], resumes: 1 }),
    );
    expect(done).toMatchObject({ left: [], blockedRanges: [[90, 100]], blocked: [wrongKey] });
  });
});

describe("what is left of very many places", () => {
  const everySecond = Array.from({ length: 3_000 }, (_, index) => index * 2);
  const open = pageSent(startPage(stateOf({ remaining: [[0, 10_000]] })), {
    page: 0,
    position: 10_000,
  });

  test("is joined to as many ranges as may travel, with every record in them", () => {
    const done = pageDone(open, reportOf(0, { completed: 7_000, left: rangesOf(everySecond) }));
    expect(done.left.length).toBeLessThanOrEqual(2_000);
    const left = new Set(positionsOf(done.left));
    expect(everySecond.every((position) => left.has(position))).toBe(true);
    expect(done.coarse).toBe(true);
    expect(startPage(pageLost(done, 0)).coarse).toBe(true);
  });

  test("is kept as it is where the places are fewer", () => {
    const left = rangesOf(everySecond.slice(0, 2_000));
    const done = pageDone(open, reportOf(0, { left }));
    expect(done).toMatchObject({ left, coarse: false });
  });
});

describe("a million records of two models in turn, one of them blocked", () => {
  const million = 1_000_000;
  const everySecond: Range[] = Array.from({ length: million / 2 }, (_, index) => [
    index * 2,
    index * 2 + 1,
  ]);
  const bytesOf = (state: GroupState): number => JSON.stringify(state).length;

  test("travel in less than 200 KB, lost pages and resumes included", () => {
    const start = startPage(stateOf({ remaining: [[0, million]] }));
    const sent = pageSent(start, { page: 0, position: million });
    const done = pageDone(sent, reportOf(0, { blocked: everySecond, completed: million / 2 }));
    expect(done).toMatchObject({ coarse: true, left: [] });
    expect(done.blockedRanges).toHaveLength(2_000);
    expect(resumed(done).left).toHaveLength(2_000);
    const both = resumed({
      ...done,
      left: everySecond.slice(0, 400).map(([at]) => [at + 1, at + 2]),
    });
    expect(both.left.length).toBeLessThanOrEqual(2_000);
    const lost = pageLost({ ...done, pages: [{ page: 1, sent: everySecond }] }, 1);
    expect(lost.left).toHaveLength(2_000);
    expect(
      [bytesOf(done), bytesOf(resumed(done)), bytesOf(lost)].every((one) => one < 200_000),
    ).toBe(true);
  });

  test("are not walked again before the pages that may still send some of them have ended", () => {
    const open = stateOf({
      remaining: [],
      left: [[0, 50]],
      pages: [{ page: 3, sent: [[20, 30]] }],
    });
    expect(canStartPage(open)).toBe(true);
    expect(canStartPage({ ...open, coarse: true })).toBe(false);
    expect(canStartPage({ ...open, coarse: true, pages: [] })).toBe(true);
  });

  test("are coarse where the page joined them already", () => {
    const report = reportOf(0, { blocked: [[0, 90]], coarse: true });
    expect(pageDone(startPage(stateOf()), report).coarse).toBe(true);
  });
});

test("no page starts while two hundred wait for their answers", () => {
  const pages = Array.from({ length: 200 }, (_, page) => ({ page, sent: [] }));
  expect(canStartPage(stateOf({ pages }))).toBe(false);
  expect(canStartPage(stateOf({ pages: pages.slice(1) }))).toBe(true);
});

describe("a group is finished", () => {
  test.each<[finished: boolean, what: string, state: Partial<GroupState>]>([
    [true, "nothing is left", {}],
    [false, "records remain", { remaining: [[0, 1]] }],
    [false, "some are to be walked again", { left: [[0, 1]] }],
    [false, "some wait for a person", { blockedRanges: [[0, 1]] }],
    [false, "a page has not reported", { pages: [{ page: 0, sent: [[0, 1]] }] }],
    [true, "it is cancelled and all pages have reported", { remaining: [[0, 1]], cancelled: true }],
    [
      false,
      "it is cancelled and a page has not",
      { pages: [{ page: 0, sent: null }], cancelled: true },
    ],
  ])("%s: %s", (finished, _what, given) => {
    expect(isFinished(stateOf({ remaining: [], ...given }))).toBe(finished);
  });
});

describe("the histories of ended pages", () => {
  test("of a page that was lost are kept for a person to read", () => {
    const open = pageSent(startPage(stateOf()), { page: 0, position: 60 });
    expect(pageLost(open, 0).endedPages).toEqual([]);
    expect(pageDone(open, reportOf(0)).endedPages).toEqual([0]);
  });
});
