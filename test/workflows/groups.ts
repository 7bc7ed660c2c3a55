import { setTimeout as sleep } from "node:timers/promises";
import type { WorkflowHandle } from "@temporalio/client";
import { expect, vi } from "vitest";
import { groupProgressQuery } from "../../workflows/messages.js";
import type { runGroup } from "../../workflows/group/run-group.js";
import type { Answer, Send, World } from "./stand-in.js";

type Group = WorkflowHandle<typeof runGroup>;

export async function sendsReach(world: World, count: number): Promise<void> {
  await reaches(() => {
    expect(world.sends.length).toBeGreaterThanOrEqual(count);
  });
}

export async function stateReaches(group: Group, state: string): Promise<void> {
  await reaches(async () => {
    expect(await group.query(groupProgressQuery)).toMatchObject({ state });
  });
}

/** Waits until a group is paused, and until nothing is sent for so long. */
export async function restsPaused(group: Group, world: World, ms: number): Promise<void> {
  await stateReaches(group, "paused");
  await reaches(async () => {
    const sent = world.sends.length;
    await sleep(ms);
    expect(world.sends).toHaveLength(sent);
  });
}

export async function reaches(check: () => Promise<void> | void): Promise<void> {
  await vi.waitFor(check, { timeout: 60_000, interval: 50 });
}

export function positionsOf(sends: readonly Send[]): number[] {
  return [...new Set(sends.map(({ position }) => position))].sort((a, b) => a - b);
}

export function allOf(records: number): number[] {
  return Array.from({ length: records }, (_, position) => position);
}

export function withResolvers(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((settle) => (resolve = settle));
  return { promise, resolve };
}

export async function slowly(latencyMs: number): Promise<Answer> {
  return sleep(latencyMs, "completed");
}
