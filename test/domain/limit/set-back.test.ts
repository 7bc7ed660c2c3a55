import { describe, expect, test } from "vitest";
import type { GroupAsk } from "../../../src/domain/limit/lease-messages.js";
import { lease } from "../../../src/domain/limit/lease.js";
import { setBackTo } from "../../../src/domain/limit/set-back.js";
import { instantsOf } from "../../../src/domain/limit/slots.js";
import { emptyLimit } from "../../../src/domain/limit/state.js";
import type { LimitState } from "../../../src/domain/limit/state.js";

const start = 1_700_000_000_000;
const hourMs = 3_600_000;

function ask(given: Partial<GroupAsk> = {}): GroupAsk {
  return {
    group: "a",
    requestsPerMinute: 60,
    priority: 3,
    wanted: 100,
    claimed: 0,
    running: 0,
    ...given,
  };
}

function instants(state: LimitState, nowMs: number): [state: LimitState, atMs: number[]] {
  const [next, answer] = lease(state, { process: "one", asks: [ask()] }, nowMs);
  return [next, answer.grants.flatMap(({ slots }) => [...instantsOf(slots)])];
}

describe("a clock that is set back", () => {
  test("keeps nobody waiting, and lets nobody go sooner than without the step", () => {
    const [before, first] = instants(emptyLimit, start);
    // 150 ms ahead and an interval later: within two seconds.
    expect(first.map((atMs) => atMs - start)).toEqual([150, 1_151]);
    const backMs = start - hourMs;
    // The step hides how much time has passed: none is taken to have.
    const [after, none] = instants(before, backMs);
    expect(none).toEqual([]);
    const [, next] = instants(after, backMs + 1_000);
    expect(next.map((atMs) => atMs - backMs)).toEqual([2_152]);
  });

  test("moves all that a limit remembers, but for the end of a day", () => {
    const quota = { requests: 50, resetHour: 0, timeZone: "UTC" };
    const tokens = { tokensPerMinute: 60_000, tokens: 500 };
    let state: LimitState = { ...emptyLimit, cap: { tokensPerMinute: 90_000 } };
    for (const process of ["one", "two"]) {
      const asks = [
        ask({ ...tokens, requestsPerDay: quota }),
        ask({ ...tokens, group: "b", requestsPerMinute: 7, requestsPerDay: quota }),
      ];
      const refused = { target: "test/m", host: "test", whole: true, answered: 0, refused: 3 };
      const watched = { ...refused, target: "test/n", refused: 1 };
      const reports = [{ ...refused, holdForMs: 1_000 }, watched];
      [state] = lease(state, { process, asks, reports }, start);
      [state] = lease(state, { process, asks }, start + 1_100);
    }
    const { days, ...rest } = state;
    const { days: daysAfter, ...moved } = setBackTo(state, start + 1_100 - hourMs);
    expect(daysAfter).toEqual(days);
    expect(instantsIn(moved)).toEqual(instantsIn(rest).map((atMs) => atMs - hourMs));
    expect(instantsIn(rest).length).toBeGreaterThan(20);
  });

  test("ends a day's count that was begun at the wrong time", () => {
    const days = { "0h UTC": { endsAtMs: start + 30 * 24 * hourMs, calls: 50 } };
    const state = { ...emptyLimit, clockMs: start + 29.5 * 24 * hourMs, days };
    expect(setBackTo(state, start).days).toEqual({});
  });
});

/** All numbers that are epoch milliseconds, in the order of their fields. */
function instantsIn(value: unknown): number[] {
  if (typeof value === "number") return value > start / 2 ? [value] : [];
  if (typeof value !== "object" || value === null) return [];
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return entries.flatMap(([, part]) => instantsIn(part));
}
