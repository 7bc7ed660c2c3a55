import { expect, test, vi } from "vitest";
import type { Client } from "@temporalio/client";
import { allOf, positionsOf } from "./groups.js";
import { sharedStage } from "./shared-stage.js";
import { groupInputOf, startGroup } from "./stage.js";

const stage = sharedStage();

test("a server of ours keeps a group's latest pages alone", async () => {
  // 20 calls a second and slices of one: pages of at most 40 records, so at least 15 of them.
  const world = stage.world({ groups: { all: 600 }, requestsPerMinute: 1_200 });
  const group = await startGroup(stage, world, { ...groupInputOf(world), keptPages: 2 });
  await group.result();
  expect(positionsOf(world.sends)).toEqual(allOf(600));
  const pages = new Set(world.sends.map(({ page }) => page)).size;
  expect(pages).toBeGreaterThanOrEqual(15);
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

async function runsBelow(client: Client, id: string): Promise<string[]> {
  const ids: string[] = [];
  for await (const { workflowId } of client.workflow.list({
    query: `WorkflowId STARTS_WITH "${id}"`,
  })) {
    ids.push(workflowId);
  }
  return ids;
}
