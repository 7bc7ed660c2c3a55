import { existsSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { CancelledFailure } from "@temporalio/activity";
import { MockActivityEnvironment } from "@temporalio/testing";
import { DefaultLogger } from "@temporalio/worker";
import { describe, expect, test } from "vitest";
import {
  attempt,
  cancel,
  completedAll,
  failing,
  failureOf,
  lose,
  Sending,
  shutDown,
  slotsFrom,
  slow,
} from "./sending.js";

describe("a cancelled slice", () => {
  test("leaves what was not sent, and records the calls in flight", async () => {
    const sending = await Sending.of([slow(0, 500), slow(1, 0), slow(2, 0)]);
    const { activities } = sending.process();
    const environment = attempt(1);
    const slots = [...slotsFrom(Date.now() + 200, 1), ...slotsFrom(Date.now() + 60_000, 2)];
    const running = environment.run(activities.sendPrompts, sending.slice(3, { slots }));
    await expect.poll(() => sending.calls.length).toBe(1);
    cancel(environment);
    expect(await running).toEqual({ ...completedAll, completed: 1, left: [[1, 3]] });
    expect(sending.calls).toHaveLength(1);
    expect(sending.logged("outcome").map(({ position }) => position)).toEqual([0]);
  });

  test("of a stopped run is left within a second, before its activity is told", async () => {
    const sending = await Sending.of([slow(0, 0), slow(1, 0)]);
    const { activities } = sending.process();
    const slots = slotsFrom(Date.now() + 60_000, 2);
    const running = attempt(1).run(activities.sendPrompts, sending.slice(2, { slots }));
    await sleep(50);
    const stoppedAt = performance.now();
    await attempt(1).run(activities.stopRows, { directory: sending.run.directory });
    expect(await running).toEqual({ ...completedAll, completed: 0, left: [[0, 2]] });
    expect(performance.now() - stoppedAt).toBeLessThan(1_000);
    // A page that has not been told yet gets no slots.
    const wave = await attempt(1).run(activities.leaseSlots, sending.wave());
    expect(wave).toMatchObject({ ranges: [], slots: [], position: 0 });
  });

  test("leaves a record that waits for its time to be tried again", async () => {
    const sending = await Sending.of([failing(0, { status: 500 })]);
    const { activities } = sending.process();
    await failureOf(attempt(1).run(activities.sendPrompts, sending.slice(1)));
    const environment = attempt(2);
    cancel(environment);
    const result = await environment.run(activities.sendPrompts, sending.slice(1));
    expect(result).toEqual({ ...completedAll, completed: 0, left: [[0, 1]] });
  });

  test("keeps its calls in flight while the folder can't be read, and the worker lives", async () => {
    const sending = await Sending.of([slow(0, 1_500)]);
    const { activities } = sending.process();
    const warnings: string[] = [];
    const logger = new DefaultLogger("WARN", ({ message }) => warnings.push(message));
    const environment = new MockActivityEnvironment({ attempt: 1 }, { logger });
    const running = environment.run(activities.sendPrompts, sending.slice(1));
    await expect.poll(() => sending.calls.length).toBe(1);
    const marker = join(sending.run.directory, "abort");
    // Each look fails with ELOOP, as it would with EIO or ESTALE on a lost mount.
    symlinkSync(marker, marker);
    // The server's cancellation comes from outside the activity.
    cancel(environment);
    expect(await running).toEqual({ ...completedAll, completed: 1 });
    expect(warnings).toContain("the run's folder can't be read");
  });

  test("gives up its calls in flight when the experiment is cancelled a second time", async () => {
    const sending = await Sending.of([failing(0, { hang: true })]);
    const { activities } = sending.process();
    const environment = attempt(1);
    const running = environment.run(activities.sendPrompts, sending.slice(1));
    await expect.poll(() => sending.calls.length).toBe(1);
    cancel(environment);
    await sleep(700);
    expect(existsSync(join(sending.run.directory, "abort"))).toBe(false);
    const { directory } = sending.run;
    await attempt(1).run(activities.abortCalls, { directory });
    expect(await running).toEqual({ ...completedAll, completed: 0, failed: 1 });
    const outcome = { status: "failed", attempts: 1, error: { type: "cancelled" } };
    expect(sending.logged("outcome")).toMatchObject([{ position: 0, outcome }]);
    expect(sending.logged("outcome")[0]?.outcome.sentAt).toBeGreaterThan(Date.now() - 60_000);
  });

  test("of a worker that shuts down is tried again elsewhere, not reported as left", async () => {
    const sending = await Sending.of([slow(0, 0)]);
    const { activities } = sending.process();
    const environment = attempt(1);
    const slots = slotsFrom(Date.now() + 60_000, 1);
    const running = environment.run(activities.sendPrompts, sending.slice(1, { slots }));
    await sleep(50);
    shutDown(environment);
    await expect(running).rejects.toBeInstanceOf(CancelledFailure);
  });

  test("of a worker that shuts down is reported where its calls in flight settle all of it", async () => {
    const sending = await Sending.of([slow(0, 500)]);
    const { activities } = sending.process();
    const environment = attempt(1);
    const running = environment.run(activities.sendPrompts, sending.slice(1));
    await expect.poll(() => sending.calls.length).toBe(1);
    shutDown(environment);
    expect(await running).toEqual({ ...completedAll, completed: 1 });
  });

  test("of a run that was deleted and ended gives its answers up", async () => {
    const sending = await Sending.of([slow(0, 400)]);
    const { activities } = sending.process();
    const environment = attempt(1);
    const running = environment.run(activities.sendPrompts, sending.slice(1));
    await sleep(200);
    rmSync(sending.run.directory, { recursive: true });
    await sleep(400);
    lose(environment);
    await expect(running).rejects.toBeInstanceOf(CancelledFailure);
  });
});
