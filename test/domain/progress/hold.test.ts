import { expect, test } from "vitest";
import { holdOfLimit } from "../../../src/domain/progress/hold.js";
import type { Hold } from "../../../src/domain/progress/hold.js";
import { emptyLimit } from "../../../src/domain/limit/state.js";
import type { Holder, LimitState } from "../../../src/domain/limit/state.js";

const nowMs = 100_000;
const holder: Holder = {
  requestsPerMinute: 60,
  priority: 3,
  more: true,
  lastSlotAtMs: nowMs,
  lastAskAtMs: nowMs,
  unclaimed: [],
};
const state: LimitState = {
  ...emptyLimit,
  clockMs: nowMs,
  lastSlotAtMs: nowMs,
  holders: { a: holder },
};

function running(count: number): LimitState["processes"] {
  return {
    one: {
      seenAtMs: nowMs,
      grantedAtMs: nowMs,
      calls: { a: { claimed: count, running: count } },
    },
  };
}

const backOff = {
  requestsPerMinute: 30,
  refusedRate: 60,
  sinceMs: 0,
  holdUntilMs: nowMs + 5_000,
  cutAtMs: 0,
  grownAtMs: 0,
  lastRefusedAtMs: 0,
  refusedSinceMs: null,
  answered: 0,
  refused: 1,
};

const rows: readonly [string, Partial<LimitState>, Hold | undefined][] = [
  ["the rate, where more records wait", {}, { kind: "requests" }],
  [
    "the rate with others, where they have more records too",
    { holders: { a: holder, b: holder, c: { ...holder, more: false } } },
    { kind: "requests", sharedWith: 1 },
  ],
  [
    "the tokens, if they allow the next call later than the rate does",
    {
      holders: { a: { ...holder, tokensPerMinute: 1_000 } },
      tokens: { tokensPerMinute: 1_000, dueAtMs: nowMs + 4_000 },
    },
    { kind: "tokens" },
  ],
  [
    "the rate, if the tokens allow the next call earlier",
    {
      holders: { a: { ...holder, tokensPerMinute: 1_000 } },
      tokens: { tokensPerMinute: 1_000, dueAtMs: nowMs + 900 },
    },
    { kind: "requests" },
  ],
  [
    "its own calls in flight",
    { holders: { a: { ...holder, inFlight: 4 } }, processes: running(4) },
    { kind: "in-flight", inFlight: 4 },
  ],
  [
    "the calls in flight of the limit",
    { cap: { inFlight: 2 }, processes: running(2) },
    { kind: "in-flight", inFlight: 2 },
  ],
  [
    "the answers, once all is sent",
    { holders: { a: { ...holder, more: false } }, processes: running(2) },
    { kind: "answers" },
  ],
  [
    "the day's quota",
    { holders: { a: { ...holder, usedUpUntilMs: nowMs + 60_000 } } },
    { kind: "day", untilMs: nowMs + 60_000 },
  ],
  [
    "the API's 429s",
    { slowing: { backOffs: { "test/m": backOff }, outages: {}, whole: true } },
    { kind: "throttled", target: "test/m", requestsPerMinute: 30, untilMs: nowMs + 5_000 },
  ],
  [
    "an API that is away",
    {
      slowing: {
        backOffs: {},
        whole: true,
        outages: { "h:1": { sinceMs: 0, reason: "", tryEveryMs: 1, nextTryAtMs: nowMs + 9 } },
      },
    },
    { kind: "unreachable", host: "h:1", untilMs: nowMs + 9 },
  ],
  ["nothing known, for a group that has not asked", { holders: {} }, undefined],
];

test.each(rows)("holds a group back: %s", (_title, change, hold) => {
  expect(holdOfLimit({ ...state, ...change }, { group: "a", nowMs })).toEqual(hold);
});
