import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { WorkflowHandle } from "@temporalio/client";
import { defaultPayloadConverter } from "@temporalio/common";
import { describe, expect, test, vi } from "vitest";
import { pageId } from "../../../src/domain/experiment/ids.js";
import { pageSizes } from "../../../src/domain/experiment/sizes.js";
import { changeSignal, pageProgressQuery, workflowTypes } from "../../../workflows/messages.js";
import type { PageInput } from "../../../workflows/page/page-input.js";
import type { runPage } from "../../../workflows/page/run-page.js";
import { sharedStage } from "../shared-stage.js";
import { groupInputOf, stageQueues } from "../stage.js";
import type { World } from "../stand-in.js";

const stage = sharedStage();

/** A page of a group that never was. */
async function startPage(
  world: World,
  given: Partial<PageInput> = {},
): Promise<WorkflowHandle<typeof runPage>> {
  const { state, ...group } = groupInputOf(world);
  const page = 0;
  const ofGroup = `experiment/${randomUUID()}/group/gone`;
  const { requestsPerMinute, remaining } = state;
  const rest = { page, groupId: ofGroup, requestsPerMinute, ranges: remaining, countPassed: true };
  return stage.client.workflow.start<typeof runPage>(workflowTypes.page, {
    workflowId: pageId(ofGroup, page),
    taskQueue: stageQueues.main,
    args: [{ ...group, ...rest, resumes: 0, blocked: [], ...given }],
  });
}

async function sendsReach(world: World, count: number): Promise<void> {
  const check = (): void => {
    expect(world.sends.length).toBeGreaterThanOrEqual(count);
  };
  await vi.waitFor(check, { timeout: 30_000, interval: 50 });
}

async function summariesOf(page: WorkflowHandle): Promise<string[]> {
  const { events } = await page.fetchHistory();
  return (events ?? []).flatMap(({ userMetadata }) =>
    userMetadata?.summary
      ? [defaultPayloadConverter.fromPayload<string>(userMetadata.summary)]
      : [],
  );
}

describe.concurrent("a page", () => {
  test("whose group is gone lets its calls end and ends without failing", async () => {
    const world = stage.world({
      groups: { all: 40 },
      requestsPerMinute: 600,
      answer: async () => sleep(2_000, "completed"),
    });
    const page = await startPage(world);
    await page.result();
    const sent = world.sends.length;
    // The page notices once it has leased its 25th slot. On a busy machine, the slices of its last
    // lease have not started by then and never do: a lease reaches 2 s ahead, which are 20 slots.
    expect(sent).toBeGreaterThanOrEqual(25 - 20);
    for (const { position } of world.sends) {
      expect(world.outcomeOf("all", position)).toBe("completed");
    }
    expect((await page.describe()).status.name).toBe("COMPLETED");
    expect(await page.query(pageProgressQuery)).toEqual({
      completed: sent,
      failed: 0,
      position: 25,
      open: 0,
    });
  });

  test("whose group is gone sends nothing more once it has noticed", async () => {
    const world = stage.world({
      groups: { all: 200 },
      requestsPerMinute: 600,
      target: (position) => position % 2,
      answer: async ({ position }) => (position % 2 === 0 ? "refused" : "completed"),
    });
    const page = await startPage(world);
    await page.result();
    expect(world.sends.length).toBeLessThan(60);
  });

  test("ends its stretch after 25 slices, however much there is", async () => {
    const world = stage.world({ groups: { all: 5_000 } });
    const page = await startPage(world);
    await page.result();
    expect(world.slices.length).toBeLessThanOrEqual(25);
    expect(await page.query(pageProgressQuery)).toMatchObject({ position: 25 });
  });

  test("of many groups sends slices whose records mostly have no slot yet", async () => {
    const world = stage.world({ groups: { all: 45 }, requestsPerMinute: 600 });
    const page = await startPage(world, { sizes: { ...pageSizes, spanMs: 4_000 } });
    await page.result();
    expect(world.slices.map(({ ranges }) => ranges)).toEqual([[[0, 40]], [[40, 45]]]);
    expect(world.repeats()).toEqual([]);
    const times = world.sends.map(({ atMs }) => atMs);
    // 4.4 s from slot to slot. The first call is late where the activity starts slowly.
    expect(times.at(-1)! - times[0]!).toBeGreaterThan(1_500);
  });

  test("whose rate changes sends the records without a slot again, at the new one", async () => {
    const world = stage.world({ groups: { all: 60 }, requestsPerMinute: 60 });
    const page = await startPage(world, { sizes: { ...pageSizes, spanMs: 50_000 } });
    await sendsReach(world, 3);
    expect(world.slices).toHaveLength(1);
    const changedAtMs = Date.now();
    await page.signal(changeSignal, { requestsPerMinute: 1_200, changes: 1 });
    await page.result();
    // The other 47 of the slice would take 47 s at the old rate.
    expect(Date.now() - changedAtMs).toBeLessThan(40_000);
    expect(world.repeats()).toEqual([]);
    // The group is gone; it would walk the records that the page has left.
    const completed = world.sends.length;
    expect(await page.query(pageProgressQuery)).toMatchObject({ completed, open: 0 });
  });

  test("that is asked to cancel from outside ends like one that is paused", async () => {
    const world = stage.world({
      groups: { all: 100 },
      requestsPerMinute: 600,
      answer: async () => sleep(500, "completed"),
    });
    const page = await startPage(world);
    await sendsReach(world, 10);
    await page.cancel();
    await page.result();
    expect((await page.describe()).status.name).toBe("COMPLETED");
    expect(world.sends.length).toBeLessThan(60);
    const { completed, open } = await page.query(pageProgressQuery);
    expect({ completed, open }).toEqual({ completed: world.sends.length, open: 0 });
  });

  test("names each activity for the record that it sends, and each wait", async () => {
    const world = stage.world({ groups: { all: 3 }, requestsPerMinute: 600 });
    const page = await startPage(world, { ranges: [[1, 3]] });
    await page.result();
    expect(await summariesOf(page)).toEqual(
      expect.arrayContaining(["slots from #2", "#2 id-1", "#3 id-2"]),
    );
    const coarse = stage.world({ groups: { all: 120 }, requestsPerMinute: 6_000 });
    const fast = await startPage(coarse, { ranges: [[0, 6]] });
    await fast.result();
    expect(await summariesOf(fast)).toEqual(
      expect.arrayContaining(["slots from #1", "#1–5", "#6"]),
    );
  });

  test.each([true, false])(
    "passes over what has an outcome, and counts it where it is told to: %s",
    async (countPassed) => {
      const world = stage.world({ groups: { all: 6 } });
      await (await startPage(world)).result();
      const again = await startPage(world, { countPassed });
      await again.result();
      expect(await again.query(pageProgressQuery)).toMatchObject({
        completed: countPassed ? 6 : 0,
        position: 6,
      });
      expect(world.sends).toHaveLength(6);
    },
  );
});
