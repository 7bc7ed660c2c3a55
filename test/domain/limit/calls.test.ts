import { describe, expect, test } from "vitest";
import type { GroupAsk } from "../../../src/domain/limit/lease-messages.js";
import {
  forgetWorkers,
  groupCalls,
  limitCalls,
  noteCalls,
} from "../../../src/domain/limit/calls.js";
import { emptyLimit } from "../../../src/domain/limit/state.js";
import type { Holder, LimitState } from "../../../src/domain/limit/state.js";
import { countSlots, instantsOf } from "../../../src/domain/limit/slots.js";
import type { SlotRun } from "../../../src/domain/limit/slots.js";

const start = 1_700_000_000_000;

function holderOf(unclaimed: readonly SlotRun[]): Holder {
  return { requestsPerMinute: 600, priority: 3, lastSlotAtMs: null, lastAskAtMs: start, unclaimed };
}

function holding(holders: Readonly<Record<string, readonly SlotRun[]>>): LimitState {
  return {
    ...emptyLimit,
    holders: Object.fromEntries(
      Object.entries(holders).map(([group, unclaimed]) => [group, holderOf(unclaimed)]),
    ),
  };
}

function reportOf(group: string, claimed: number, running: number): GroupAsk {
  return { group, requestsPerMinute: 600, priority: 3, wanted: 0, claimed, running };
}

function report(state: LimitState, process: string, ask: GroupAsk): LimitState {
  return noteCalls(state, { process, asks: [ask] }, start);
}

const five: readonly SlotRun[] = [{ firstAtMs: start, intervalMs: 100, count: 5 }];

describe("calls in flight", () => {
  test("are the slots that a group holds and has not used", () => {
    expect(groupCalls(holding({ a: five }), "a", start)).toBe(5);
    expect(groupCalls(holding({ a: five }), "b", start)).toBe(0);
  });

  test("stay as many when slots are used, and fall when calls end", () => {
    let state = report(holding({ a: five }), "one", reportOf("a", 3, 3));
    expect(groupCalls(state, "a", start)).toBe(5);
    expect([...instantsOf(state.holders["a"]!.unclaimed)]).toEqual([start + 300, start + 400]);
    state = report(state, "one", reportOf("a", 5, 3));
    expect(groupCalls(state, "a", start)).toBe(3);
    state = report(state, "one", reportOf("a", 5, 0));
    expect(groupCalls(state, "a", start)).toBe(0);
  });

  test("of a worker that has ended count no more, and those of a name that only begins alike do", () => {
    let state = report(holding({}), "7@here#a/1", reportOf("a", 3, 3));
    state = report(state, "7@here#a/2", reportOf("a", 2, 2));
    state = report(state, "7@here#ab/1", reportOf("a", 4, 4));
    expect(groupCalls(state, "a", start)).toBe(9);
    expect(groupCalls(forgetWorkers(state, ["7@here#a"]), "a", start)).toBe(4);
    expect(forgetWorkers(state, [])).toBe(state);
  });

  test("count a claim once, however often it is reported", () => {
    const once = report(holding({ a: five }), "one", reportOf("a", 2, 2));
    const again = report(once, "one", reportOf("a", 2, 2));
    expect(countSlots(again.holders["a"]!.unclaimed)).toBe(3);
    expect(groupCalls(again, "a", start)).toBe(5);
  });

  test("are those of all processes, whichever of them had leased", () => {
    let state = report(holding({ a: five }), "one", reportOf("a", 2, 2));
    state = report(state, "two", reportOf("a", 3, 3));
    expect(countSlots(state.holders["a"]!.unclaimed)).toBe(0);
    expect(groupCalls(state, "a", start)).toBe(5);
  });

  test("are those of all groups on the limit, one that only reports included", () => {
    let state = holding({ a: five, b: [{ firstAtMs: start, intervalMs: 0, count: 1 }] });
    state = report(state, "one", reportOf("c", 4, 4));
    expect(limitCalls(state, start)).toBe(5 + 1 + 4);
  });

  test("lose a slot that nobody used ten seconds after its instant", () => {
    const state = holding({ a: five });
    expect(groupCalls(state, "a", start + 10_000)).toBe(5);
    expect(groupCalls(state, "a", start + 10_001)).toBe(4);
    expect(groupCalls(state, "a", start + 10_201)).toBe(2);
    expect(groupCalls(state, "a", start + 60_000)).toBe(0);
    const request = { process: "one", asks: [reportOf("a", 0, 0)] };
    const reported = noteCalls(state, request, start + 10_201);
    expect([...instantsOf(reported.holders["a"]!.unclaimed)]).toEqual([start + 300, start + 400]);
  });

  test("lose those of a process that has been silent for 15 seconds, and have them again when it is back", () => {
    const state = report(holding({}), "one", reportOf("a", 6, 6));
    expect(limitCalls(state, start + 15_000)).toBe(6);
    expect(limitCalls(state, start + 15_001)).toBe(0);
    const request = { process: "one", asks: [reportOf("a", 6, 6)] };
    const back = noteCalls(state, request, start + 20_000);
    expect(limitCalls(back, start + 20_000)).toBe(6);
  });

  test("keep what a process said of its other groups when it reports one alone", () => {
    let state = report(holding({}), "one", reportOf("a", 2, 2));
    state = noteCalls(state, { process: "one", asks: [reportOf("b", 1, 1)] }, start + 14_000);
    expect(limitCalls(state, start + 20_000)).toBe(3);
  });
});
