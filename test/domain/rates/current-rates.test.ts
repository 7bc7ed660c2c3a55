import fc from "fast-check";
import { expect, test } from "vitest";
import type { GroupAsk } from "../../../src/domain/limit/lease-messages.js";
import { lease } from "../../../src/domain/limit/lease.js";
import { emptyLimit } from "../../../src/domain/limit/state.js";
import type { LimitState } from "../../../src/domain/limit/state.js";

const start = 1_700_000_000_000;

function ask(given: Partial<GroupAsk>): GroupAsk {
  return {
    group: "a",
    requestsPerMinute: 60,
    priority: 3,
    wanted: 1,
    claimed: 0,
    running: 0,
    ...given,
  };
}

/** The rates that the limit has for the group after requests at intervals of a second. */
function ratesAfter(asks: readonly GroupAsk[]): readonly (number | undefined)[] {
  let state: LimitState = emptyLimit;
  asks.forEach((one, index) => {
    [state] = lease(state, { process: "here", asks: [one] }, start + index * 1_000);
  });
  const { requestsPerMinute, inFlight } = state.holders["a"] ?? {};
  return [requestsPerMinute, inFlight, state.requestsPerMinute ?? undefined];
}

test("a limit that hears calls of open records alone learns a changed rate", () => {
  const before = ask({ retriesOnly: true });
  const after = ask({ retriesOnly: true, requestsPerMinute: 600, inFlight: 9, changes: 1 });
  expect(ratesAfter([before, after])).toEqual([600, 9, 600]);
});

test.each([true, false])(
  "an older request never undoes a change (open records alone: %s)",
  (old) => {
    const changed = ask({ requestsPerMinute: 600, changes: 2 });
    const late = ask({ retriesOnly: old, requestsPerMinute: 6_000, inFlight: 1, changes: 1 });
    expect(ratesAfter([changed, late])).toEqual([600, undefined, 600]);
  },
);

test("in whatever order requests come, the rates of the last change stay", () => {
  const changes = fc.uniqueArray(fc.nat(20), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(changes, fc.boolean(), (counts, retriesOnly) => {
      const asks = counts.map((count) =>
        ask({ retriesOnly, changes: count, requestsPerMinute: 60 + count }),
      );
      const last = 60 + Math.max(...counts);
      expect(ratesAfter(asks)).toEqual([last, undefined, last]);
    }),
  );
});
