import { setTimeout as sleep } from "node:timers/promises";
import { ApplicationFailure } from "@temporalio/activity";
import { describe, expect, test } from "vitest";
import {
  cancelSignal,
  changeSignal,
  groupProgressQuery,
  pauseSignal,
  resumeSignal,
} from "../../../workflows/messages.js";
import {
  allOf,
  positionsOf,
  reaches,
  sendsReach,
  slowly,
  stateReaches,
  withResolvers,
} from "../groups.js";
import { sharedStage } from "../shared-stage.js";
import { groupInputOf, startGroup } from "../stage.js";

const stage = sharedStage();

describe.concurrent("pages", () => {
  test("hand over to one another while their answers are still out", async () => {
    const { promise: allSent, resolve: tell } = withResolvers();
    let sent = 0;
    const world = stage.world({
      groups: { all: 100 },
      // No answer comes before the last call is made.
      answer: async () => {
        sent += 1;
        if (sent === 100) tell();
        await allSent;
        return "completed";
      },
    });
    const group = await startGroup(stage, world);
    expect(await group.result()).toEqual({ cancelled: false });
    expect(positionsOf(world.sends)).toEqual(allOf(100));
    // A page has at most 25 slices.
    expect(new Set(world.sends.map(({ page }) => page)).size).toBe(4);
    expect(world.repeats()).toEqual([]);
  });

  test("outlive the group's continuing as new, and are counted", async () => {
    const world = stage.world({ groups: { all: 300 }, requestsPerMinute: 3_000 });
    const group = await startGroup(stage, world);
    await sendsReach(world, 200);
    const during = await group.query(groupProgressQuery);
    await group.result();
    const { runId } = await stage.client.workflow.getHandle(group.workflowId).describe();
    expect(positionsOf(world.sends)).toEqual(allOf(300));
    expect(world.repeats()).toEqual([]);
    expect(during.records).toBe(300);
    expect(runId).not.toBe(group.firstExecutionRunId);
    const after = await stage.client.workflow.getHandle(group.workflowId).query(groupProgressQuery);
    expect(after).toMatchObject({ state: "finished", completed: 300, failed: 0, open: 0 });
  });

  test("of a target admit no more records than are missing, over pauses and continuing as new", async () => {
    let inFlight = 0;
    /** At each send: the records that might be accepted if all calls in flight are. */
    const might: number[] = [];
    const world = stage.world({
      groups: { all: 200 },
      enough: 30,
      accepts: (position) => position % 3 === 0,
      answer: async () => {
        inFlight += 1;
        might.push(world.accepted() + inFlight);
        await sleep(200);
        inFlight -= 1;
        return "completed";
      },
    });
    const group = await startGroup(stage, world);
    await sendsReach(world, 40);
    await group.signal(pauseSignal);
    await stateReaches(group, "paused");
    await reaches(() => expect(inFlight).toBe(0));
    await group.signal(resumeSignal);
    expect(await group.result()).toEqual({ cancelled: false });
    expect(world.accepted()).toBe(30);
    expect(Math.max(...might)).toBe(30);
    // The thirtieth multiple of 3 is 87, and nothing behind it was needed.
    expect(Math.max(...positionsOf(world.sends))).toBe(87);
    expect(world.repeats()).toEqual([]);
  });

  test("go on with rows of other models while the day of one is used up", async () => {
    // The others take 3 s on a quiet machine. One that runs other tests has been seen to take 20 s.
    const nextDayAtMs = Date.now() + 40_000;
    const isOfDay = (position: number): boolean => position % 2 === 0;
    const world = stage.world({
      groups: { all: 100 },
      nextDayAtMs,
      answer: async ({ position, atMs }) =>
        isOfDay(position) && atMs < nextDayAtMs ? "next-day" : "completed",
    });
    expect(await (await startGroup(stage, world)).result()).toEqual({ cancelled: false });
    const firstOf = new Map(world.sends.map(({ position, atMs }) => [position, atMs]));
    const [others, ofDay] = [1, 0].map((rest) =>
      [...firstOf].filter(([position]) => position % 2 === rest).map(([, atMs]) => atMs),
    );
    expect(others).toHaveLength(50);
    expect(Math.max(...(others ?? []))).toBeLessThan(nextDayAtMs);
    // The map keeps the last send of each record.
    expect(ofDay).toHaveLength(50);
    expect(Math.min(...(ofDay ?? []))).toBeGreaterThanOrEqual(nextDayAtMs);
  }, 120_000);

  test("of a target end when no record is left", async () => {
    const world = stage.world({ groups: { all: 20 }, enough: 30 });
    expect(await (await startGroup(stage, world)).result()).toEqual({ cancelled: false });
    expect(positionsOf(world.sends)).toEqual(allOf(20));
  });

  test("carry several records an activity at high rates, one at ordinary ones", async () => {
    const world = stage.world({ groups: { all: 120 }, requestsPerMinute: 6_000 });
    await (await startGroup(stage, world)).result();
    expect(positionsOf(world.sends)).toEqual(allOf(120));
    expect(world.slices.length).toBeLessThan(40);
    expect(world.leases[0]).toMatchObject({ labels: false });
    const ordinary = stage.world({ groups: { all: 3 }, requestsPerMinute: 600 });
    await (await startGroup(stage, ordinary)).result();
    expect(ordinary.slices).toHaveLength(3);
    expect(ordinary.leases[0]).toMatchObject({ labels: true, preview: true });
  });

  test("that a person terminates are walked again, without a second call for what was under way", async () => {
    const { promise: terminated, resolve: tell } = withResolvers();
    const world = stage.world({
      groups: { all: 40 },
      answer: async () => {
        await terminated;
        return slowly(1_000);
      },
    });
    const group = await startGroup(stage, world);
    await sendsReach(world, 15);
    await stage.client.workflow.getHandle(`${group.workflowId}/page/0`).terminate("by a person");
    tell();
    expect(await group.result()).toEqual({ cancelled: false });
    expect(positionsOf(world.sends)).toEqual(allOf(40));
    expect(world.repeats()).toEqual([]);
  });
});

describe.concurrent("a model that waits for a person", () => {
  test("does not hold up the others; its records are sent after a resume", async () => {
    let repaired = false;
    const world = stage.world({
      groups: { all: 30 },
      target: (position) => position % 3,
      answer: async ({ position }) => (position % 3 === 0 && !repaired ? "refused" : "completed"),
    });
    const group = await startGroup(stage, world);
    await stateReaches(group, "blocked");
    const progress = await group.query(groupProgressQuery);
    expect(progress).toMatchObject({
      completed: 20,
      failed: 0,
      open: 0,
      left: [],
      blocked: [{ target: "test/0", reason: "wrong key" }],
    });
    const sent = world.sends.length;
    await sleep(1_500);
    expect(world.sends).toHaveLength(sent);
    repaired = true;
    await group.signal(resumeSignal, {});
    await group.result();
    expect(allOf(30).map((position) => world.outcomeOf("all", position))).toEqual(
      allOf(30).map(() => "completed"),
    );
    expect(world.slices.at(-1)).toMatchObject({ resumes: 1 });
  });

  test("needs one resume alone, though a page that met it is still open", async () => {
    let repaired = false;
    const world = stage.world({
      groups: { all: 20 },
      target: (position) => (position < 4 ? 0 : 1),
      answer: async ({ position }) => {
        if (position < 4 && !repaired) return "refused";
        return position < 4 ? "completed" : slowly(4_000);
      },
    });
    const group = await startGroup(stage, world);
    await sendsReach(world, 20);
    repaired = true;
    await group.signal(resumeSignal, {});
    expect(await group.result()).toEqual({ cancelled: false });
    expect(allOf(20).map((position) => world.outcomeOf("all", position))).toEqual(
      allOf(20).map(() => "completed"),
    );
  });
});

test.concurrent(
  "a wait for slots whose worker dies when it is taken back does not end its group",
  async () => {
    let leases = 0;
    const { promise: death, resolve: bury } = withResolvers();
    const world = stage.world({
      groups: { all: 30 },
      requestsPerMinute: 600,
      onLease: async () => {
        leases += 1;
        if (leases === 2) await death;
      },
    });
    const group = await startGroup(stage, world);
    await reaches(() => {
      expect(leases).toBe(2);
    });
    await group.signal(changeSignal, { requestsPerMinute: 1_200 });
    expect(await group.result()).toEqual({ cancelled: false });
    expect(positionsOf(world.sends)).toEqual(allOf(30));
    // It ends a moment after its group.
    const page = stage.client.workflow.getHandle(`${group.workflowId}/page/0`);
    await expect(page.result()).resolves.toBeUndefined();
    bury();
  },
);

test.concurrent(
  "pages of an earlier run that are terminated hold up their group for less than a look of two minutes",
  async () => {
    const { promise: termination, resolve: tell } = withResolvers();
    const world = stage.world({
      groups: { all: 60 },
      requestsPerMinute: 1_200,
      answer: async () => {
        await termination;
        return "completed";
      },
    });
    const group = await startGroup(stage, world, { ...groupInputOf(world), eventsARun: 20 });
    await sendsReach(world, 60);
    const { runId } = await stage.client.workflow.getHandle(group.workflowId).describe();
    expect(runId).not.toBe(group.firstExecutionRunId);
    await stage.client.workflow.getHandle(`${group.workflowId}/page/0`).terminate();
    tell();
    const terminatedAtMs = Date.now();
    expect(await group.result()).toEqual({ cancelled: false });
    expect(Date.now() - terminatedAtMs).toBeLessThan(100_000);
    expect(allOf(60).map((position) => world.outcomeOf("all", position))).toEqual(
      allOf(60).map(() => "completed"),
    );
  },
  150_000,
);

describe.concurrent("an activity that fails for good", () => {
  test("fails neither its page nor a workflow task: its records are walked again", async () => {
    const failed = new Set<number>();
    const world = stage.world({
      groups: { all: 12 },
      onSlice: ({ ranges }) => {
        const position = ranges[0]![0];
        if (position % 4 !== 0 || failed.has(position)) return;
        failed.add(position);
        throw ApplicationFailure.nonRetryable("a bug of ours", "internal");
      },
    });
    const group = await startGroup(stage, world);
    await group.result();
    expect(positionsOf(world.sends)).toEqual(allOf(12));
    expect(world.repeats()).toEqual([]);
    const page = stage.client.workflow.getHandle(`${group.workflowId}/page/0`);
    await page.result();
    const { events = [] } = await page.fetchHistory();
    expect(events!.some((event) => event.workflowTaskFailedEventAttributes)).toBe(false);
    expect(events!.some((event) => event.workflowExecutionCompletedEventAttributes)).toBe(true);
  });

  test("by not leasing does not end its group", async () => {
    let leases = 0;
    const world = stage.world({
      groups: { all: 12 },
      onLease: () => {
        leases += 1;
        if (leases === 2) throw ApplicationFailure.nonRetryable("a bug of ours", "internal");
      },
    });
    const group = await startGroup(stage, world);
    expect(await group.result()).toEqual({ cancelled: false });
    expect(positionsOf(world.sends)).toEqual(allOf(12));
  });
});

/**
 * Alone, since the stand-in looks at each record. 200,000 ranges are 3 MB, more than the server
 * takes.
 */
test("a model that waits for a person and alternates with another in very many records can be resumed unrepaired, and cancelled", async () => {
  const world = stage.world({
    groups: { all: 400_000 },
    requestsPerMinute: 600,
    answered: (position) => position % 2 === 0,
    target: (position) => position % 2,
    answer: async () => "refused",
  });
  const group = await startGroup(stage, world);
  for (const resumes of [0, 1]) {
    await stateReaches(group, "blocked");
    const { left } = await group.query(groupProgressQuery);
    expect(left).toEqual([]);
    if (resumes === 0) await group.signal(resumeSignal, {});
    await sendsReach(world, world.sends.length + 1 - resumes);
  }
  await group.signal(cancelSignal);
  expect(await group.result()).toEqual({ cancelled: true });
  const { events } = await group.fetchHistory();
  expect(events?.filter(({ workflowTaskFailedEventAttributes: failed }) => failed)).toEqual([]);
}, 120_000);
