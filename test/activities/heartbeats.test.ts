import { MockActivityEnvironment } from "@temporalio/testing";
import { expect, onTestFinished, test, vi } from "vitest";
import { heartbeatEveryMs, Heartbeats } from "../../activities/heartbeats.js";

// Twenty a second together: 100 activities beat every 5 s each, unless their timeout needs more.
test.each([
  [1, 10_000, 1_500],
  [40, 10_000, 2_000],
  [100, 10_000, 2_500],
  [1_000, 10_000, 2_500],
  [100, 4_000, 1_500],
  [30, 60_000, 1_500],
  [100, 60_000, 5_000],
  [200, 60_000, 10_000],
  [1_000, 60_000, 15_000],
])(
  "one of %i activities with a timeout of %i ms beats every %i ms",
  (activities, timeout, every) => {
    expect(heartbeatEveryMs(activities, timeout)).toBe(every);
  },
);

/** How often an activity beats in 4 s. */
async function beatsOf(heartbeats: Heartbeats): Promise<number> {
  const environment = new MockActivityEnvironment({ heartbeatTimeoutMs: 60_000 });
  let beats = 0;
  environment.on("heartbeat", () => (beats += 1));
  const work = async (): Promise<void> => new Promise((end) => setTimeout(end, 4_000));
  await environment.run(async () => heartbeats.while(work));
  return beats;
}

test("the more activities work at once, the fewer heartbeats each sends", async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const heartbeats = new Heartbeats();
  const beatsOfEach = async (activities: number): Promise<readonly number[]> => {
    const all = Promise.all(Array.from({ length: activities }, async () => beatsOf(heartbeats)));
    await vi.advanceTimersByTimeAsync(4_000);
    return all;
  };
  expect(await beatsOfEach(1)).toEqual([2]);
  // One in 3 s. The first ones begin alone with 1.5 s, but have their second beat after 4.5 s.
  expect(new Set(await beatsOfEach(60))).toEqual(new Set([1]));
  expect(await beatsOfEach(1)).toEqual([2]);
});
