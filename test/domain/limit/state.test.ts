import { describe, expect, test } from "vitest";
import {
  emptyLimit,
  forgetTheAbsent,
  isIdle,
  isLive,
  isSilent,
  limitInFlight,
  limitRate,
} from "../../../src/domain/limit/state.js";
import type { Holder, LimitProcess, LimitState } from "../../../src/domain/limit/state.js";

const start = 1_700_000_000_000;
const minute = 60_000;

function holder(given: Partial<Holder> = {}): Holder {
  return {
    requestsPerMinute: 600,
    priority: 3,
    lastSlotAtMs: null,
    lastAskAtMs: start,
    unclaimed: [],
    ...given,
  };
}

function process(given: Partial<LimitProcess> = {}): LimitProcess {
  return { seenAtMs: start, grantedAtMs: start, calls: {}, ...given };
}

function limit(given: Partial<LimitState>): LimitState {
  return { ...emptyLimit, ...given };
}

describe("a holder is live", () => {
  test.each([
    [600, 59_999, true],
    [600, minute, false],
    [0.5, 119_999, true],
    [0.5, 120_000, false],
  ])("at %d a minute, %i ms after it asked: %s", (requestsPerMinute, afterMs, live) => {
    expect(isLive(holder({ requestsPerMinute }), start + afterMs)).toBe(live);
  });
});

test("a process is silent when it was not heard of for more than 15 seconds", () => {
  expect(isSilent(process(), start + 15_000)).toBe(false);
  expect(isSilent(process(), start + 15_001)).toBe(true);
});

describe("the rate of a limit", () => {
  const holders = { a: holder({ requestsPerMinute: 10 }), b: holder({ requestsPerMinute: 600 }) };

  test("is the largest that a live holder asks for", () => {
    expect(limitRate(limit({ holders }), start)).toBe(600);
  });

  test("is none where nobody asks", () => {
    expect(limitRate(emptyLimit, start)).toBeUndefined();
    expect(limitRate(limit({ holders }), start + minute)).toBeUndefined();
  });

  test("forgets a holder that has not asked for a minute", () => {
    const a = holder({ requestsPerMinute: 10, lastAskAtMs: start + minute });
    expect(limitRate(limit({ holders: { ...holders, a } }), start + minute)).toBe(10);
  });

  test("stays under the cap, which raises nothing", () => {
    expect(limitRate(limit({ holders, cap: { requestsPerMinute: 60 } }), start)).toBe(60);
    expect(limitRate(limit({ holders, cap: { requestsPerMinute: 6_000 } }), start)).toBe(600);
  });
});

describe("the calls in flight of a limit", () => {
  test.each<{ what: string; asked: (number | undefined)[]; cap?: number; most: number }>([
    { what: "are without end where nobody asks", asked: [], most: Infinity },
    { what: "are the largest number that a holder asks for", asked: [5, 8], most: 8 },
    { what: "are without end where one asks for none", asked: [5, undefined], most: Infinity },
    { what: "stay under the limit's own cap", asked: [5, undefined], cap: 3, most: 3 },
    { what: "are not raised by the limit's own cap", asked: [5], cap: 100, most: 5 },
  ])("$what", ({ asked, cap, most }) => {
    const holders = Object.fromEntries(
      asked.map((inFlight, index) => [
        index.toString(),
        holder(inFlight === undefined ? {} : { inFlight }),
      ]),
    );
    const state = limit({ holders, cap: cap === undefined ? {} : { inFlight: cap } });
    expect(limitInFlight(state, start)).toBe(most);
  });
});

describe("who has been away for long", () => {
  test("is forgotten: a process after an hour, a group after its minute", () => {
    const state = limit({
      holders: { a: holder() },
      processes: { one: process(), two: process({ seenAtMs: start + minute }) },
    });
    const later = forgetTheAbsent(state, start + 60 * minute);
    expect(later.holders).toEqual({});
    expect(Object.keys(later.processes)).toEqual(["two"]);
  });

  test("stays below 2 MB: 1,000 groups with the longest ids, whose worker is killed every minute", () => {
    const groups = Array.from({ length: 1_000 }, (_, index) => `${index}`.padStart(255, "g"));
    const now = start + 60 * minute;
    const calls = Object.fromEntries(groups.map((id) => [id, { claimed: 100_000, running: 9 }]));
    const holders = Object.fromEntries(groups.map((id) => [id, holder({ lastAskAtMs: now })]));
    const seen = Array.from({ length: 60 }, (_, index) => start + (index + 1) * minute);
    const processes = Object.fromEntries(
      seen.map((seenAtMs) => [`worker/${seenAtMs}`, process({ seenAtMs, calls })]),
    );
    const later = forgetTheAbsent(limit({ holders, processes }), now);
    expect(JSON.stringify(later).length).toBeLessThan(2 * 2 ** 20);
    const known = Object.values(later.processes).filter((one) => Object.keys(one.calls).length > 0);
    expect(known.every(({ seenAtMs }) => now - seenAtMs < 5 * minute)).toBe(true);
    expect(known).toHaveLength(5);
  });

  test("is remembered while a process that is heard of still has calls of the group in flight", () => {
    const calls = { a: { claimed: 3, running: 2 } };
    const state = limit({
      holders: { a: holder({ requestsPerMinute: 60 }) },
      processes: { one: process({ seenAtMs: start + 2 * minute, calls }) },
    });
    expect(Object.keys(forgetTheAbsent(state, start + 2 * minute).holders)).toEqual(["a"]);
    expect(forgetTheAbsent(state, start + 3 * minute).holders).toEqual({});
  });
});

describe("a limit may end", () => {
  test.each<{ idle: boolean; what: string; state?: Partial<LimitState>; afterMs: number }>([
    { idle: true, what: "ten minutes after the last question", afterMs: 10 * minute },
    { idle: false, what: "a moment before that", afterMs: 10 * minute - 1 },
    { idle: true, what: "where nobody ever asked", state: { processes: {} }, afterMs: 0 },
    {
      idle: false,
      what: "with a cap on its rate",
      state: { cap: { requestsPerMinute: 5 } },
      afterMs: 60 * minute,
    },
    {
      idle: false,
      what: "with a cap on its calls",
      state: { cap: { inFlight: 5 } },
      afterMs: 60 * minute,
    },
    {
      idle: false,
      what: "before the next try of an API that is down",
      state: {
        slowing: {
          whole: true,
          backOffs: {},
          outages: {
            "api.test": {
              sinceMs: start,
              reason: "",
              tryEveryMs: 2_000,
              nextTryAtMs: start + 11 * minute,
            },
          },
        },
      },
      afterMs: 10 * minute,
    },
    {
      idle: false,
      what: "before the last slot that it gave",
      state: { lastSlotAtMs: start + 11 * minute },
      afterMs: 10 * minute,
    },
  ])("$idle: $what", ({ idle, state, afterMs }) => {
    const given = limit({ processes: { one: process() }, ...state });
    expect(isIdle(given, start + afterMs)).toBe(idle);
  });
});
