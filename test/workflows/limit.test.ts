import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { Client, Connection } from "@temporalio/client";
import type { WorkflowHandle } from "@temporalio/client";
import { describe, expect, onTestFinished, test } from "vitest";
import { systemClock } from "../../activities/leaser/clock-offset.js";
import { Leaser } from "../../activities/leaser/leaser.js";
import { createLease } from "../../src/client/limits/lease.js";
import type { Lease } from "../../src/client/limits/lease.js";
import type { GroupAsk, LeaseAnswer } from "../../src/domain/limit/lease-messages.js";
import { countSlots, instantsOf } from "../../src/domain/limit/slots.js";
import { limitStateQuery, setCapSignal } from "../../workflows/messages.js";
import { sharedStage } from "./shared-stage.js";

const stage = sharedStage();

interface Limit {
  readonly id: string;
  readonly key: string;
  readonly handle: WorkflowHandle;
  readonly lease: (process: string, asks: readonly GroupAsk[]) => Promise<LeaseAnswer>;
}

function limitOf(): Limit {
  const key = `test/${randomUUID()}`;
  const id = `limit/${encodeURIComponent(key)}`;
  const lease = createLease(stage.client);
  return {
    id,
    key,
    handle: stage.client.workflow.getHandle(id),
    lease: async (process, asks) => lease(id, key, { process, asks }),
  };
}

function ask(group: string, requestsPerMinute: number, wanted: number): GroupAsk {
  return { group, requestsPerMinute, priority: 3, wanted, claimed: 0, running: 0 };
}

function instantsIn({ grants }: LeaseAnswer): number[] {
  return grants.flatMap(({ slots }) => [...instantsOf(slots)]);
}

describe("a limit", () => {
  test("is there with the first lease, whoever comes first", async () => {
    const limit = limitOf();
    const answers = await Promise.all(
      ["one", "two", "three"].map(async (process) => limit.lease(process, [ask("a", 600, 1)])),
    );
    const instants = answers.flatMap(instantsIn).sort((a, b) => a - b);
    expect(instants).toHaveLength(3);
    expect(instants[1]! - instants[0]!).toBeGreaterThan(99);
    expect(instants[2]! - instants[1]!).toBeGreaterThan(99);
    const description = await limit.handle.describe();
    expect(description).toMatchObject({
      type: "limit",
      status: { name: "RUNNING" },
      memo: { key: limit.key },
    });
  });

  test("puts a cap on everybody and takes it off", async () => {
    const limit = limitOf();
    await limit.lease("one", [ask("a", 6_000, 1)]);
    await limit.handle.signal(setCapSignal, { requestsPerMinute: 60, inFlight: 3 });
    await sleep(1_100);
    const capped = await limit.lease("one", [ask("a", 6_000, 20)]);
    expect(instantsIn(capped).length).toBeLessThanOrEqual(2);
    expect(capped.reportCalls).toBe(true);
    await limit.handle.signal(setCapSignal, {});
    await sleep(1_100);
    const free = await limit.lease("one", [ask("a", 6_000, 20)]);
    expect(instantsIn(free)).toHaveLength(20);
    expect(free.reportCalls).toBe(false);
  });

  test("goes on after messages that nobody can use, as typed in the Web UI", async () => {
    const limit = limitOf();
    await limit.lease("one", [ask("a", 600, 1)]);
    await expect(limit.lease("one", [ask("a", 0, 1)])).rejects.toThrow("failed");
    await limit.handle.signal("set-cap");
    await limit.handle.signal(setCapSignal, { requestsPerMinute: -1 });
    await limit.lease("one", [ask("a", 600, 1)]);
    expect(await limit.handle.query(limitStateQuery)).toMatchObject({
      cap: {},
      requestsPerMinute: 600,
    });
  });

  test("goes on after a cancel request, with its cap", async () => {
    const limit = limitOf();
    await limit.lease("one", [ask("a", 600, 1)]);
    await limit.handle.signal(setCapSignal, { inFlight: 100 });
    await limit.handle.cancel();
    await sleep(1_000);
    // A lease would begin another limit if this one had ended.
    await limit.lease("one", [ask("a", 600, 1)]);
    expect(await limit.handle.query(limitStateQuery)).toMatchObject({ cap: { inFlight: 100 } });
  });

  test("carries what it knows through its continuing as new, and no lease gets lost in it", async () => {
    const limit = limitOf();
    await limit.lease("one", [ask("a", 600, 1)]);
    await limit.handle.signal(setCapSignal, { inFlight: 100 });
    const { runId } = await limit.handle.describe();
    const instants: number[] = [];
    for (let round = 0; round < 20; round += 1) {
      instants.push(...instantsIn(await limit.lease("one", [ask("a", 600, 1)])));
    }
    expect((await limit.handle.describe()).runId).not.toBe(runId);
    expect(await limit.handle.query(limitStateQuery)).toMatchObject({
      cap: { inFlight: 100 },
      requestsPerMinute: 600,
    });
    const distances = instants.slice(1).map((atMs, index) => atMs - instants[index]!);
    expect(Math.min(...distances)).toBeGreaterThan(99);
  });
});

/** A worker process with a connection of its own. */
async function processOf(
  name: string,
  limit: Limit,
): Promise<{ leaser: Leaser; trouble: string[] }> {
  const connection = await Connection.connect({ address: stage.server.address });
  onTestFinished(async () => connection.close());
  const lease: Lease = createLease(new Client({ connection }));
  const trouble: string[] = [];
  const leaser = new Leaser({
    process: name,
    lease: async (request) => lease(limit.id, limit.key, request),
    clock: systemClock,
    onTrouble: (message, error) => trouble.push(`${message}: ${String(error)}`),
  });
  return { leaser, trouble };
}

test("two processes on one limit share its rate, each slot given once, while it continues as new", async () => {
  const limit = limitOf();
  const processes = await Promise.all(["one", "two"].map(async (name) => processOf(name, limit)));
  const instants: number[] = [];
  const endAt = Date.now() + 10_000;
  const work = async ({ leaser }: { leaser: Leaser }, group: string): Promise<number> => {
    let taken = 0;
    const wish = { group, requestsPerMinute: 1_200, priority: 3, wanted: 10, urgent: false };
    while (Date.now() < endAt) {
      const slots = await leaser.take(wish, new AbortController().signal);
      instants.push(...instantsOf(slots));
      taken += countSlots(slots);
      for (let count = countSlots(slots); count > 0; count -= 1) leaser.claim(group);
      for (let count = countSlots(slots); count > 0; count -= 1) leaser.end(group);
    }
    return taken;
  };
  const taken = await Promise.all(
    processes.flatMap((process, index) =>
      ["x", "y"].map(async (name) => work(process, `group ${index}${name}`)),
    ),
  );
  instants.sort((a, b) => a - b);
  const distances = instants.slice(1).map((atMs, index) => atMs - instants[index]!);
  expect(Math.min(...distances)).toBeGreaterThan(49);
  // A busy machine may come late for some slots.
  const minutes = (instants.at(-1)! - instants[0]!) / 60_000;
  expect((instants.length - 1) / minutes / 1_200).toBeGreaterThan(0.5);
  const shares = taken.map((count) => count / instants.length);
  expect(Math.min(...shares)).toBeGreaterThan(0.1);
  expect(processes.flatMap(({ trouble }) => trouble)).toEqual([]);
  const { runId } = await limit.handle.describe();
  const first = await stage.client.workflow.getHandle(limit.id).fetchHistory();
  expect(first.events![0]?.workflowExecutionStartedEventAttributes?.firstExecutionRunId).not.toBe(
    runId,
  );
});
