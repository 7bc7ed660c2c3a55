import { describe, expect, test } from "vitest";
import { backOffAfter } from "../../../../src/domain/limit/slowing/back-off.js";
import type { BackOff } from "../../../../src/domain/limit/slowing/back-off.js";
import type { CallReport } from "../../../../src/domain/limit/slowing/call-reports.js";

const nowMs = 1_700_000_000_000;
const fullRate = 600;

function report(answered: number, refused: number, more: Partial<CallReport> = {}): CallReport {
  return { target: "test/m", host: "test", whole: true, answered, refused, ...more };
}

function backOff(changes: Partial<BackOff>): BackOff {
  return {
    requestsPerMinute: 100,
    sinceMs: nowMs - 60_000,
    refusedRate: 200,
    holdUntilMs: 0,
    cutAtMs: nowMs - 10_000,
    grownAtMs: nowMs - 2_000,
    answered: 0,
    refused: 0,
    lastRefusedAtMs: nowMs - 10_000,
    refusedSinceMs: null,
    ...changes,
  };
}

describe("the rate after a report", () => {
  test.each<readonly [string, BackOff | undefined, CallReport, number | undefined]>([
    ["nothing was refused yet", undefined, report(5, 0), undefined],
    ["the first refusals halve it", undefined, report(9, 3), 300],
    ["nothing is answered: a quarter", backOff({}), report(0, 4), 25],
    [
      "nothing is answered, and the server names a time",
      backOff({}),
      report(0, 4, { holdForMs: 4_000 }),
      100,
    ],
    ["half of the calls are answered", backOff({}), report(3, 3), 50],
    ["one in ten is refused: four fifths", backOff({}), report(90, 10), 80],
    ["one of many is refused: no change", backOff({}), report(99, 1), 100],
    [
      "a refused call that was sent before the cut",
      backOff({ cutAtMs: nowMs - 500 }),
      report(0, 4),
      100,
    ],
    ["never below 2 a minute", backOff({ requestsPerMinute: 2 }), report(0, 1), 2],
    // exp(0.05 × 2 s) = 1.105
    ["fast growth far below the refused rate", backOff({}), report(1, 0), 110.5],
    // exp(0.003 × 2 s) = 1.006
    ["slow growth near it", backOff({ requestsPerMinute: 195 }), report(1, 0), 196.2],
    // exp(-0.003 × 2 s) = 0.994
    [
      "down slowly near it after more than two 429s",
      backOff({
        requestsPerMinute: 195,
        answered: 90,
        refused: 4,
        lastRefusedAtMs: nowMs - 10_000,
      }),
      report(1, 0),
      193.8,
    ],
    ["fast growth beyond it", backOff({ requestsPerMinute: 230 }), report(1, 0), 254.2],
    [
      "double, not more, after one answer in a long time",
      backOff({ requestsPerMinute: 2, grownAtMs: nowMs - 60_000 }),
      report(1, 0),
      4,
    ],
    [
      "full pace again",
      backOff({ requestsPerMinute: 590, refusedRate: 300 }),
      report(9, 0),
      undefined,
    ],
  ])("%s", (...[, known, told, expected]) => {
    const rate = backOffAfter(known, told, { fullRate, nowMs })?.requestsPerMinute;
    expect(rate === undefined ? undefined : Math.round(rate * 10) / 10).toBe(expected);
  });
});

describe("the time since every call was refused", () => {
  const refusedSinceMs = nowMs - 1_800_000;

  test.each<readonly [string, BackOff, CallReport, number | null]>([
    ["goes on with each refusal", backOff({ refusedSinceMs }), report(0, 1), refusedSinceMs],
    ["ends with an answer", backOff({ refusedSinceMs }), report(1, 0), null],
    ["begins anew after one", backOff({ refusedSinceMs }), report(1, 1), nowMs],
    [
      "begins anew after a machine's sleep",
      backOff({ refusedSinceMs, lastRefusedAtMs: nowMs - 1_000_000 }),
      report(0, 1),
      nowMs,
    ],
    [
      "goes on after a long Retry-After",
      backOff({ refusedSinceMs, lastRefusedAtMs: nowMs - 1_700_000, holdUntilMs: nowMs - 100 }),
      report(0, 1),
      refusedSinceMs,
    ],
  ])("%s", (...[, known, told, expected]) => {
    expect(backOffAfter(known, told, { fullRate, nowMs })?.refusedSinceMs).toBe(expected);
  });
});

test("a server's wish holds all calls, and a shorter one later takes nothing back", () => {
  const held = backOffAfter(undefined, report(0, 1, { holdForMs: 5_000 }), { fullRate, nowMs });
  expect(held?.holdUntilMs).toBe(nowMs + 5_000);
  const later = backOffAfter(held, report(0, 1, { holdForMs: 1_000 }), { fullRate, nowMs });
  expect(later?.holdUntilMs).toBe(nowMs + 5_000);
});
