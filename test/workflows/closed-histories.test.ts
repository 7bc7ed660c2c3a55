import { expect, test, vi } from "vitest";
import type { Client, WorkflowExecutionInfo } from "@temporalio/client";
import { ClosedHistories } from "../../workflows/closed-histories.js";
import { allOf, positionsOf } from "./groups.js";
import { sharedStage } from "./shared-stage.js";
import { groupInputOf, startGroup } from "./stage.js";

const stage = sharedStage();

test("a server of ours keeps a group's latest pages alone", async () => {
  // 20 calls a second and slices of one: pages of at most 25 records, so at least 24 of them.
  const world = stage.world({ groups: { all: 600 }, requestsPerMinute: 1_200 });
  const group = await startGroup(stage, world, { ...groupInputOf(world), keptPages: 2 });
  await group.result();
  expect(positionsOf(world.sends)).toEqual(allOf(600));
  const pages = new Set(world.sends.map(({ page }) => page)).size;
  expect(pages).toBeGreaterThanOrEqual(24);
  const isTidied = async (): Promise<void> => {
    const kept = await runsBelow(stage.client, `${group.workflowId}/page/`);
    // Deleted ten at a time: fewer than ten are over what is kept.
    expect(kept.length, kept.join("\n")).toBeLessThan(2 + 10);
    expect(kept).toContain(`${group.workflowId}/page/${pages - 1}`);
    expect(kept).not.toContain(`${group.workflowId}/page/0`);
  };
  // The server deletes a second or two after it was asked.
  await vi.waitFor(isTidied, { timeout: 30_000, interval: 500 });
}, 120_000);

test("a server of ours keeps the latest run alone of a group that continued as new", async () => {
  const world = stage.world({ groups: { all: 200 }, requestsPerMinute: 1_200 });
  const input = { ...groupInputOf(world), eventsARun: 40 };
  const group = await startGroup(stage, world, input);
  await group.result();
  expect(positionsOf(world.sends)).toEqual(allOf(200));
  const { runId } = await stage.client.workflow.getHandle(group.workflowId).describe();
  expect(runId).not.toBe(group.firstExecutionRunId);
  await keepsOnly(group.workflowId, runId);
}, 60_000);

test("a run of a group deletes what the runs before it could not", async () => {
  const asked = new Set<string | undefined>();
  const world = stage.world({
    groups: { all: 300 },
    requestsPerMinute: 1_200,
    onForget: (runs) => {
      for (const { runId } of runs) asked.add(runId);
      if (asked.size < 3) throw new Error("The server deletes nothing.");
    },
  });
  const input = { ...groupInputOf(world), eventsARun: 40 };
  const group = await startGroup(stage, world, input);
  await group.result();
  expect(positionsOf(world.sends)).toEqual(allOf(300));
  expect(asked.size).toBeGreaterThanOrEqual(3);
  const { runId } = await stage.client.workflow.getHandle(group.workflowId).describe();
  await keepsOnly(group.workflowId, runId);
}, 60_000);

test("a server that deletes nothing does not make the input of the next run grow for ever", () => {
  const runs = Array.from({ length: 500 }, (_, index) => ({
    workflowId: "group",
    runId: index.toString(),
  }));
  expect(new ClosedHistories(runs).earlierRuns).toEqual(runs.slice(0, 100));
});

async function keepsOnly(workflowId: string, runId: string): Promise<void> {
  const runs = async (): Promise<string[]> => {
    const kept = await found(stage.client, `WorkflowId = "${workflowId}"`);
    return kept.map((run) => run.runId);
  };
  await expect.poll(runs, { timeout: 30_000, interval: 500 }).toEqual([runId]);
}

async function runsBelow(client: Client, id: string): Promise<string[]> {
  const runs = await found(client, `WorkflowId STARTS_WITH "${id}"`);
  return runs.map(({ workflowId }) => workflowId);
}

async function found(client: Client, query: string): Promise<WorkflowExecutionInfo[]> {
  const runs: WorkflowExecutionInfo[] = [];
  for await (const run of client.workflow.list({ query })) runs.push(run);
  return runs;
}
