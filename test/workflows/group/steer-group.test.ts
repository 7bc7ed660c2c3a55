import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import {
  cancelSignal,
  changeSignal,
  groupProgressQuery,
  pauseSignal,
  resumeSignal,
} from "../../../workflows/messages.js";
import { allOf, positionsOf, reaches, restsPaused, sendsReach, slowly } from "../groups.js";
import { sharedStage } from "../shared-stage.js";
import { startGroup } from "../stage.js";

const stage = sharedStage();

describe.concurrent("steering reaches live pages", () => {
  test("pause leaves what is not sent, resume goes on with it", async () => {
    const world = stage.world({ groups: { all: 100 }, requestsPerMinute: 600 });
    const group = await startGroup(stage, world);
    await sendsReach(world, 10);
    await group.signal(pauseSignal);
    await restsPaused(group, world, 3_000);
    expect(world.sends.length).toBeLessThan(100);
    await group.signal(resumeSignal, {});
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
    // The second call would come after 30 s, the tenth after 5 minutes.
    const world = stage.world({ groups: { all: 60 }, requestsPerMinute: 2 });
    const group = await startGroup(stage, world);
    await sendsReach(world, 1);
    await group.signal(changeSignal, { requestsPerMinute: 1_200, inFlight: 7 });
    await sendsReach(world, 10);
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
    await reaches(() => {
      expect(world.leases.at(-1)).toMatchObject({ requestsPerMinute: 30 });
    });
    expect(world.leases.at(-1)).not.toHaveProperty("inFlight");
    const sent = world.sends.length;
    await sleep(6_000);
    // If both changes arrive together, up to 40 have slots of the old rate, which reach two seconds
    // ahead. Then three come at the lowered rate. At the old one, 120 would come.
    expect(world.sends.length - sent).toBeLessThan(60);
    await sendsReach(world, sent + 2);
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
    const progress = await group.query(groupProgressQuery);
    expect(progress).toMatchObject({ requestsPerMinute: 300 });
    expect(progress).not.toHaveProperty("inFlight");
    await reaches(() => {
      expect(world.leases.at(-1)).toMatchObject({ requestsPerMinute: 300 });
      expect(world.leases.at(-1)).not.toHaveProperty("inFlight");
    });
    await group.signal(changeSignal, { requestsPerMinute: 6_000 });
    await group.result();
    expect(world.leases.at(-1)).not.toHaveProperty("inFlight");
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
      if (way === "a cancel signal") await group.signal(cancelSignal);
      else await group.cancel();
      expect(await group.result()).toEqual({ cancelled: true });
      // All of them would take 100 s.
      expect(world.sends.length).toBeLessThan(500);
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
  await group.cancel();
  await group.result();
  // All of them would take a quarter of an hour.
  expect(world.sends.length).toBeLessThan(100);
  const { runId } = await stage.client.workflow.getHandle(group.workflowId).describe();
  expect(runId).not.toBe(group.firstExecutionRunId);
});
