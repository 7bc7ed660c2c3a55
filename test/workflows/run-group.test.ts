import { setTimeout as sleep } from "node:timers/promises";
import { ApplicationFailure } from "@temporalio/activity";
import type { WorkflowHandle } from "@temporalio/client";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import {
  cancelSignal,
  changeSignal,
  groupProgressQuery,
  pauseSignal,
  resumeSignal,
} from "../../workflows/messages.js";
import type { runGroup } from "../../workflows/run-group.js";
import { startGroup, startStage, type Stage } from "./stage.js";
import type { Answer, Send, World } from "./stand-in.js";

let stage: Stage;

beforeAll(async () => {
  stage = await startStage();
}, 300_000);

afterAll(async () => {
  await stage.stop();
});

type Group = WorkflowHandle<typeof runGroup>;

/** Steering is felt within 4 s; the machine may be loaded. */
const feltWithinMs = 4_000;

async function sendsReach(world: World, count: number): Promise<void> {
  await reaches(() => {
    expect(world.sends.length).toBeGreaterThanOrEqual(count);
  });
}

async function stateReaches(group: Group, state: string): Promise<void> {
  await reaches(async () => {
    expect(await group.query(groupProgressQuery)).toMatchObject({ state });
  });
}

async function reaches(check: () => Promise<void> | void): Promise<void> {
  await vi.waitFor(check, { timeout: 30_000, interval: 50 });
}

function positionsOf(sends: readonly Send[]): number[] {
  return [...new Set(sends.map(({ position }) => position))].sort((a, b) => a - b);
}

function allOf(records: number): number[] {
  return Array.from({ length: records }, (_, position) => position);
}

function longestGap(sends: readonly Send[]): number {
  const instants = sends.map(({ atMs }) => atMs).sort((a, b) => a - b);
  return Math.max(...instants.slice(1).map((atMs, index) => atMs - instants[index]!));
}

function withResolvers(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((settle) => (resolve = settle));
  return { promise, resolve };
}

async function slowly(latencyMs: number): Promise<Answer> {
  return sleep(latencyMs, "completed");
}

describe.concurrent("pages", () => {
  test("hand over to one another without a pause while their answers are still out", async () => {
    const world = stage.world({ groups: { all: 100 }, answer: async () => slowly(3_000) });
    const group = await startGroup(stage, world);
    expect(await group.result()).toEqual({ cancelled: false });
    expect(positionsOf(world.sends)).toEqual(allOf(100));
    expect(new Set(world.sends.map(({ page }) => page)).size).toBe(3);
    expect(world.repeats()).toEqual([]);
    expect(longestGap(world.sends)).toBeLessThan(1_500);
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
    const world = stage.world({ groups: { all: 40 }, answer: async () => slowly(2_500) });
    const group = await startGroup(stage, world);
    await sendsReach(world, 15);
    await stage.client.workflow.getHandle(`${group.workflowId}/page/0`).terminate("by a person");
    expect(await group.result()).toEqual({ cancelled: false });
    expect(positionsOf(world.sends)).toEqual(allOf(40));
    expect(world.repeats()).toEqual([]);
  });
});

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
    expect(Date.now() - resumedAt).toBeLessThan(feltWithinMs);
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
    expect(Date.now() - changedAt).toBeLessThan(feltWithinMs);
    await group.result();
    expect(world.leases.at(-1)).toMatchObject({ requestsPerMinute: 1_200, inFlight: 7 });
    expect(await group.query(groupProgressQuery)).toMatchObject({ requestsPerMinute: 1_200 });
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
      expect(Date.now() - cancelledAt).toBeLessThan(feltWithinMs + 3_000);
      expect(world.sends.at(-1)!.atMs - cancelledAt).toBeLessThan(feltWithinMs);
      for (const { position } of world.sends) {
        expect(world.outcomeOf("all", position)).toBe("completed");
      }
      expect(await group.query(groupProgressQuery)).toMatchObject({ state: "cancelled" });
    },
  );
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
      blocked: [{ target: 0, name: "test/0", reason: "wrong key" }],
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
    const page = stage.client.workflow.getHandle(`${group.workflowId}/page/0`);
    expect(await page.describe()).toMatchObject({ status: { name: "COMPLETED" } });
    bury();
  },
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
    const { events = [] } = await stage.client.workflow
      .getHandle(`${group.workflowId}/page/0`)
      .fetchHistory();
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
