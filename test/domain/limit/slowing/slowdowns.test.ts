import { expect, test } from "vitest";
import { slowdownsOf } from "../../../../src/domain/limit/slowing/slowdowns.js";
import { emptyLimit } from "../../../../src/domain/limit/state.js";

const nowMs = 1_700_000_000_000;

test("a limit that nothing slows down has no slowdown", () => {
  expect(slowdownsOf(emptyLimit, nowMs)).toEqual([]);
});

test("outages and 429s are told with their beginning and what comes next", () => {
  const outage = {
    sinceMs: nowMs - 60_000,
    reason: "refused",
    tryEveryMs: 4_000,
    nextTryAtMs: nowMs + 1_000,
  };
  const backOff = {
    sinceMs: nowMs - 30_000,
    requestsPerMinute: 60,
    refusedRate: 80,
    answered: 0,
    refused: 2,
    cutAtMs: nowMs - 5_000,
    grownAtMs: nowMs - 3_000,
    lastRefusedAtMs: nowMs - 5_000,
    refusedSinceMs: nowMs - 5_000,
  };
  const slowing = {
    whole: false,
    outages: { "api.test:443": outage },
    backOffs: {
      "test/a": { ...backOff, holdUntilMs: nowMs + 7_000 },
      "test/b": { ...backOff, holdUntilMs: 0 },
    },
  };
  const throttled = { kind: "throttled", sinceMs: nowMs - 30_000, requestsPerMinute: 60 };
  expect(slowdownsOf({ ...emptyLimit, slowing }, nowMs)).toEqual([
    {
      kind: "unreachable",
      host: "api.test:443",
      reason: "refused",
      sinceMs: nowMs - 60_000,
      nextTryAtMs: nowMs + 1_000,
    },
    { ...throttled, target: "test/a", heldUntilMs: nowMs + 7_000 },
    { ...throttled, target: "test/b" },
  ]);
});
