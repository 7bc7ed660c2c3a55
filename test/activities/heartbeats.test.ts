import { setTimeout as sleep } from "node:timers/promises";
import { MockActivityEnvironment } from "@temporalio/testing";
import { expect, test } from "vitest";
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

async function beatsOf(
  heartbeats: Heartbeats,
  { heartbeatTimeoutMs, forMs }: { heartbeatTimeoutMs: number; forMs: number },
): Promise<number> {
  const environment = new MockActivityEnvironment({ heartbeatTimeoutMs });
  let beats = 0;
  environment.on("heartbeat", () => (beats += 1));
  await environment.run(async () => heartbeats.while(async () => sleep(forMs)));
  return beats;
}

test("the more activities work at once, the fewer heartbeats each sends", async () => {
  const heartbeats = new Heartbeats();
  const forMs = 4_000;
  expect(await beatsOf(heartbeats, { heartbeatTimeoutMs: 60_000, forMs })).toBe(2);
  const many = Array.from({ length: 60 }, async () =>
    beatsOf(heartbeats, { heartbeatTimeoutMs: 60_000, forMs }),
  );
  const beats = await Promise.all(many);
  // The first ones begin alone, and each later one counts those before it: one in 3 s at the end.
  expect(beats.at(-1)).toBe(1);
  expect(await beatsOf(heartbeats, { heartbeatTimeoutMs: 60_000, forMs })).toBe(2);
});
