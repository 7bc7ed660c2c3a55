/** Slices of which only the first records have slots. */
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import type { SliceResult } from "../../../activities/contract.js";
import { records } from "../../storage/run/prepared-run.js";
import { limitInMemory } from "../leaser/limit-in-memory.js";
import {
  attempt,
  cancel,
  completedAll,
  failing,
  leaseIn,
  Sending,
  slotsFrom,
  slow,
} from "./sending.js";

/** At 150 a minute slots are 400.4 ms apart, and reach five calls ahead. */
const pace = { requestsPerMinute: 150 };

describe("records without a slot", () => {
  test("are sent in order at the group's pace", async () => {
    const sending = await Sending.of([0, 1, 2, 3, 4].map((id) => slow(id, 0)));
    const { activities } = sending.process();
    const input = sending.slice(5, { ...pace, slots: slotsFrom(Date.now() + 200, 1) });
    expect(await attempt(1).run(activities.sendPrompts, input)).toEqual({
      completed: 5,
      ...completedAll,
    });
    // The limit in memory knows nothing of the first slot, which the test has made up, and may give
    // an earlier one.
    const leased = sending.calls.filter(({ record }) => record.id !== 0);
    expect(leased.map(({ record }) => record.id)).toEqual([1, 2, 3, 4]);
    for (const index of [1, 2, 3]) {
      const distance = leased[index]!.atMs - leased[index - 1]!.atMs;
      expect(distance).toBeGreaterThan(250);
      expect(distance).toBeLessThan(650);
    }
  });

  test("ask as a wave does, not as a retry, and few at a time", async () => {
    const sending = await Sending.of(Array.from({ length: 20 }, (_, id) => slow(id, 0)));
    const { activities, limit } = sending.process({ limit: limitInMemory() });
    const environment = attempt(1);
    const input = sending.slice(20, { ...pace, slots: slotsFrom(Date.now() + 200, 1) });
    const running = environment.run(activities.sendPrompts, input);
    await sleep(1_500);
    cancel(environment);
    // The environment of the test knows no types of results.
    const { completed, left } = (await running) as SliceResult;
    expect(completed).toBeGreaterThan(1);
    expect(left).toEqual([[completed, 20]]);
    const asks = limit.requests.flatMap(({ request }) => request.asks);
    const wanting = asks.filter(({ wanted }) => wanted > 0);
    expect(wanting.length).toBeGreaterThan(0);
    // 150 a minute are five in 2 s, and one more waits.
    for (const { wanted } of wanting) expect(wanted).toBeLessThanOrEqual(6);
    expect(wanting.every((ask) => ask.retriesOnly === undefined && ask.more === true)).toBe(true);
  });

  test("let one that failed be tried again meanwhile, in the same activity attempt", async () => {
    const lines = [failing(0, { fail_times: 1 }), ...records(12).slice(1)];
    const sending = await Sending.of(lines);
    const { activities } = sending.process();
    const input = sending.slice(12, { ...pace, slots: slotsFrom(Date.now() + 200, 1) });
    const result = await attempt(1).run(activities.sendPrompts, input);
    expect(result).toEqual({ completed: 12, ...completedAll });
    const ids = sending.calls.map(({ record }) => record.id);
    expect(ids.filter((id) => id === 0)).toHaveLength(2);
    expect(ids.lastIndexOf(0)).toBeLessThan(12);
  });
});

test("a call of a slow limit that is two seconds late goes, and leases no other slot", async () => {
  const sending = await Sending.of([slow(0, 0)]);
  const process = sending.process();
  const rate = { requestsPerMinute: 10 };
  await leaseIn(attempt(1), process, sending.wave({ ...rate, wanted: 1 }));
  const asked = process.limit.requests.length;
  const slots = slotsFrom(Date.now() - 2_000, 1);
  await attempt(1).run(process.activities.sendPrompts, sending.slice(1, { ...rate, slots }));
  expect(sending.calls).toHaveLength(1);
  const later = process.limit.requests.slice(asked).flatMap(({ request }) => request.asks);
  expect(later.filter(({ wanted }) => wanted > 0)).toEqual([]);
});
