import { expect, test } from "vitest";
import { StandingClock } from "../../../src/domain/limit/standing-clock.js";

test("a clock stands where five leases find it at one time, and goes on with the next millisecond", () => {
  const clock = new StandingClock();
  const seen: boolean[] = [];
  for (const [nowMs, events] of [
    [1_000, 3],
    [1_000, 8],
    [1_000, 23],
    [1_000, 28],
    [999, 33],
    [1_001, 38],
  ] as const) {
    clock.note(nowMs, events);
    seen.push(clock.stands);
  }
  expect(seen).toEqual([false, false, false, true, true, false]);
});
