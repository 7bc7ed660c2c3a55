import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import type { SlotRun } from "../../../src/domain/limit/slots.js";
import { records } from "../../storage/run/prepared-run.js";
import { limitInMemory } from "../leaser/limit-in-memory.js";
import { attempt, completedAll, lose, Sending, slotsFrom, slow } from "./sending.js";

describe("a slice", () => {
  test("is sent at the instants of its slots, and each outcome is on disk when it returns", async () => {
    const sending = await Sending.of([0, 1, 2].map((id) => slow(id, 5)));
    const { activities } = sending.process();
    const firstAtMs = Date.now() + 500;
    const result = await attempt(1).run(
      activities.sendPrompts,
      sending.slice(3, { slots: slotsFrom(firstAtMs, 3, 120) }),
    );
    expect(result).toEqual({ completed: 3, ...completedAll });
    expect(sending.calls.map(({ record }) => record.id)).toEqual([0, 1, 2]);
    sending.calls.forEach(({ atMs }, index) => {
      expect(atMs - (firstAtMs + index * 120)).toBeGreaterThanOrEqual(-2);
      expect(atMs - (firstAtMs + index * 120)).toBeLessThan(120);
    });
    const outcome = expect.objectContaining({
      status: "completed",
      attempts: 1,
      response: "This is a test response",
    });
    expect(sending.logged("outcome")).toEqual([
      expect.objectContaining({ position: 0, outcome }),
      expect.objectContaining({ position: 1, outcome }),
      expect.objectContaining({ position: 2, outcome }),
    ]);
  });

  test("leases no slot where each record has one", async () => {
    const sending = await Sending.of([slow(0, 0)]);
    const { activities, limit } = sending.process();
    const slots = slotsFrom(Date.now() + 500, 1);
    await attempt(1).run(activities.sendPrompts, sending.slice(1, { slots }));
    expect(limit.requests.flatMap(({ request }) => request.asks)).toEqual([]);
  });

  test("that is sent again skips what has an outcome, in a process that knew nothing of it too", async () => {
    const sending = await Sending.of([0, 1, 2].map((id) => slow(id, 0)));
    const first = sending.process();
    await attempt(1).run(first.activities.sendPrompts, sending.slice(2));
    const second = sending.process();
    const result = await attempt(2).run(second.activities.sendPrompts, sending.slice(3));
    expect(result).toEqual({ completed: 3, ...completedAll });
    expect(sending.calls.map(({ record }) => record.id)).toEqual([0, 1, 2]);
    const again = await attempt(2).run(first.activities.sendPrompts, sending.slice(3));
    expect(again).toEqual({ completed: 3, ...completedAll });
    expect(sending.calls).toHaveLength(3);
  });
});

describe("what comes to its turn late", () => {
  test("leases anew instead of bursting", async () => {
    const sending = await Sending.of([slow(0, 0), slow(1, 0)]);
    const { activities, limit } = sending.process();
    const slots = slotsFrom(Date.now() - 8_000, 2, 10);
    const result = await attempt(1).run(activities.sendPrompts, {
      ...sending.slice(2, { slots }),
      requestsPerMinute: 300,
    });
    expect(result).toMatchObject({ completed: 2 });
    const [first, second] = sending.calls.map(({ atMs }) => atMs);
    expect(second! - first!).toBeGreaterThan(150);
    const asked = limit.requests.flatMap(({ request }) => request.asks);
    expect(asked.some(({ wanted }) => wanted > 0)).toBe(true);
  });

  test("does so twice at most, then goes and counts each lapsed slot once", async () => {
    const sending = await Sending.of([slow(0, 0)]);
    const honest = limitInMemory();
    let leases = 0;
    const late = {
      ...honest,
      lease: async (request: Parameters<typeof honest.lease>[0]) => {
        const answer = await honest.lease(request);
        leases += request.asks.some(({ wanted }) => wanted > 0) ? 1 : 0;
        const grants = answer.grants.map(({ group, slots }) => ({
          group,
          slots: slots.map((run): SlotRun => ({ ...run, firstAtMs: run.firstAtMs - 5_000 })),
        }));
        return { ...answer, grants };
      },
    };
    const { activities } = sending.process({ limit: late });
    const slots = slotsFrom(Date.now() - 5_000, 1);
    const result = await attempt(1).run(activities.sendPrompts, sending.slice(1, { slots }));
    expect(result).toMatchObject({ completed: 1 });
    expect(leases).toBe(2);
    expect(sending.calls).toHaveLength(1);
  });

  test("goes with its own slot when it is late by a few milliseconds", async () => {
    const sending = await Sending.of([slow(0, 0)]);
    const { activities, limit } = sending.process();
    // At 10 a minute 250 ms are allowed: what a busy machine adds is less.
    await attempt(1).run(activities.sendPrompts, {
      ...sending.slice(1, { slots: slotsFrom(Date.now() - 10, 1) }),
      requestsPerMinute: 10,
    });
    expect(limit.requests.flatMap(({ request }) => request.asks)).toEqual([]);
  });
});

describe("a further attempt of the activity", () => {
  test("waits for the call in flight and sends no second", async () => {
    const sending = await Sending.of([slow(0, 600)]);
    const { activities } = sending.process();
    const first = attempt(1).run(activities.sendPrompts, sending.slice(1));
    await sleep(200);
    const second = attempt(2).run(activities.sendPrompts, sending.slice(1));
    expect(await second).toEqual({ completed: 1, ...completedAll });
    expect(await first).toEqual({ completed: 1, ...completedAll });
    expect(sending.calls).toHaveLength(1);
    expect(sending.logged("outcome")).toHaveLength(1);
  });

  test("finds the answer of a call whose attempt was lost at the server", async () => {
    const sending = await Sending.of([slow(0, 500)]);
    const { activities } = sending.process();
    const environment = attempt(1);
    const first = environment.run(activities.sendPrompts, sending.slice(1));
    await expect.poll(() => sending.calls.length).toBe(1);
    lose(environment);
    // The server takes it no more; the answer is in the log.
    expect(await first).toEqual({ completed: 1, ...completedAll });
    const second = await attempt(2).run(activities.sendPrompts, sending.slice(1));
    expect(second).toEqual({ completed: 1, ...completedAll });
    expect(sending.calls).toHaveLength(1);
  });

  test("leases a slot, since its first one is past or used", async () => {
    const sending = await Sending.of([slow(0, 0)]);
    const { activities, limit } = sending.process();
    const slots = slotsFrom(Date.now() + 60_000, 1);
    await attempt(2).run(activities.sendPrompts, sending.slice(1, { slots }));
    expect(limit.requests.map(({ request }) => request.asks[0]?.wanted)).toContain(1);
  });
});

test("a record of a missing position is no record, and the activity says so", async () => {
  const sending = await Sending.of(records(1));
  const { activities } = sending.process();
  const beyond = { ...sending.slice(1), ranges: [[5, 6]] as const };
  await expect(attempt(1).run(activities.sendPrompts, beyond)).rejects.toThrow("position 5");
});

test("a slice that another process has sent meanwhile is not sent again, on a known page and a first attempt", async () => {
  const sending = await Sending.of([slow(0, 0), slow(1, 0)]);
  const here = sending.process();
  const there = sending.process();
  await attempt(1).run(here.activities.sendPrompts, sending.slice(1));
  const second = { ranges: [[1, 2]] as const };
  await attempt(1).run(there.activities.sendPrompts, sending.slice(1, second));
  await sleep(1_100);
  // A server that lost its last moment at a restart gives the slice again.
  const again = await attempt(1).run(here.activities.sendPrompts, sending.slice(1, second));
  expect(again).toEqual({ completed: 1, ...completedAll });
  expect(sending.calls).toHaveLength(2);
});
