import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import {
  cancelSignal,
  changeSignal,
  groupProgressQuery,
  pauseSignal,
  resumeSignal,
} from "../../../workflows/messages.js";
import { allOf, positionsOf, sendsReach, slowly, stateReaches } from "../groups.js";
import { sharedStage } from "../shared-stage.js";
import { startGroup } from "../stage.js";

const stage = sharedStage();

/** Steering is felt within 4 s. */
const feltWithinMs = 4_000;
/** The same on a machine that runs other tests. Without being felt, it would take longer still. */
const feltAtLoadMs = 15_000;

describe.concurrent("steering reaches live pages within 4 s", () => {
  test("pause leaves what is not sent, resume goes on with it", async () => {
    const world = stage.world({ groups: { all: 100 }, requestsPerMinute: 600 });
    const group = await startGroup(stage, world);
    await sendsReach(world, 10);
    await group.signal(pauseSignal);
    await sleep(feltWithinMs);
    const sent = world.sends.length;
    await stateReaches(group, "paused");
    await sleep(3_000);
    expect(world.sends).toHaveLength(sent);
    const resumedAt = Date.now();
    await group.signal(resumeSignal, {});
    await sendsReach(world, sent + 1);
    expect(Date.now() - resumedAt).toBeLessThan(feltAtLoadMs);
    await group.result();
    expect(positionsOf(world.sends)).toEqual(allOf(100));
    expect(world.repeats()).toEqual([]);
  });

  test("pause lets calls in flight end and records them", async () => {
    const world = stage.world({ groups: { all: 10 }, answer: async () => slowly(6_000) });
    const group = await startGroup(stage, world);
    await sendsReach(world, 10);
    await group.signal(pauseSignal);
    expect(await group.result()).toEqual({ cancelled: false });
    expect(world.repeats()).toEqual([]);
    expect(allOf(10).map((position) => world.outcomeOf("all", position))).toEqual(
      allOf(10).map(() => "completed"),
    );
  });

  test("a raised rate", async () => {
    const world = stage.world({ groups: { all: 60 }, requestsPerMinute: 20 });
    const group = await startGroup(stage, world);
    await sendsReach(world, 2);
    const changedAt = Date.now();
    await group.signal(changeSignal, { requestsPerMinute: 1_200, inFlight: 7 });
    await sendsReach(world, 10);
    expect(Date.now() - changedAt).toBeLessThan(feltAtLoadMs);
    await group.result();
    expect(world.leases.at(-1)).toMatchObject({ requestsPerMinute: 1_200, inFlight: 7 });
    expect(await group.query(groupProgressQuery)).toMatchObject({ requestsPerMinute: 1_200 });
    expect(world.repeats()).toEqual([]);
  });

  test("messages that nobody can use, as typed in the Web UI, change nothing", async () => {
    const world = stage.world({ groups: { all: 60 }, requestsPerMinute: 600 });
    const group = await startGroup(stage, world);
    await sendsReach(world, 2);
    const page = stage.client.workflow.getHandle(`${group.workflowId}/page/0`);
    for (const name of ["sent", "done", "refused", "change"]) {
      await group.signal(name);
      await group.signal(name, { page: "0" });
    }
    await page.signal("change");
    await page.signal("resume", { resumes: "all" });
    expect(await group.result()).toEqual({ cancelled: false });
    expect(positionsOf(world.sends)).toEqual(allOf(60));
    expect(world.repeats()).toEqual([]);
  });

  test("a lowered rate, and a cap that is taken off", async () => {
    const world = stage.world({ groups: { all: 200 }, requestsPerMinute: 1_200 });
    const group = await startGroup(stage, world);
    await sendsReach(world, 10);
    await group.signal(changeSignal, { inFlight: 5 });
    await group.signal(changeSignal, { requestsPerMinute: 30, inFlight: null });
    await sleep(feltWithinMs);
    const sent = world.sends.length;
    await sleep(6_000);
    expect(world.sends.length - sent).toBeLessThanOrEqual(4);
    expect(world.sends.length - sent).toBeGreaterThanOrEqual(2);
    expect(world.leases.at(-1)).toMatchObject({ requestsPerMinute: 30 });
    expect(world.leases.at(-1)).not.toHaveProperty("inFlight");
    await group.signal(cancelSignal);
    await group.result();
  });

  test("the last of two that come at once", async () => {
    const world = stage.world({ groups: { all: 100 }, requestsPerMinute: 600 });
    const group = await startGroup(stage, world);
    await sendsReach(world, 5);
    for (let round = 0; round < 5; round += 1) {
      await group.signal(changeSignal, { inFlight: 5 });
      await group.signal(changeSignal, { inFlight: null, requestsPerMinute: 300 });
    }
    await sleep(feltWithinMs + 2_000);
    expect(world.leases.at(-1)).toMatchObject({ requestsPerMinute: 300 });
    expect(world.leases.at(-1)).not.toHaveProperty("inFlight");
    await group.signal(changeSignal, { requestsPerMinute: 6_000 });
    await group.result();
    expect(world.repeats()).toEqual([]);
  });

  test.each(["a cancel signal", "a cancel request from outside"])(
    "%s ends the group when its calls in flight have ended",
    async (way) => {
      const world = stage.world({
        groups: { all: 1_000 },
        requestsPerMinute: 600,
        answer: async () => slowly(1_500),
      });
      const group = await startGroup(stage, world);
      await sendsReach(world, 20);
      const cancelledAt = Date.now();
      if (way === "a cancel signal") await group.signal(cancelSignal);
      else await group.cancel();
      expect(await group.result()).toEqual({ cancelled: true });
      expect(Date.now() - cancelledAt).toBeLessThan(feltAtLoadMs);
      expect(world.sends.at(-1)!.atMs - cancelledAt).toBeLessThan(feltAtLoadMs);
      for (const { position } of world.sends) {
        expect(world.outcomeOf("all", position)).toBe("completed");
      }
      expect(await group.query(groupProgressQuery)).toMatchObject({ state: "cancelled" });
    },
  );
});

test("a cancel request reaches the pages also where the group then continues as new", async () => {
  const world = stage.world({ groups: { all: 1_000 }, requestsPerMinute: 60 });
  const group = await startGroup(stage, world);
  await sendsReach(world, 1);
  // They make the history long, and the group sleeps on.
  for (let count = 0; count < 20; count += 1) await group.signal("change", { group: count });
  const cancelledAt = Date.now();
  await group.cancel();
  await group.result();
  expect(Date.now() - cancelledAt).toBeLessThan(feltAtLoadMs);
  const { runId } = await stage.client.workflow.getHandle(group.workflowId).describe();
  expect(runId).not.toBe(group.firstExecutionRunId);
});
