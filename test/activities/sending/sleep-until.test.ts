import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { sleepUntil } from "../../../activities/sending/sleep-until.js";

test("ends at the instant, not before", async () => {
  const atMs = Date.now() + 80;
  await sleepUntil(atMs, new AbortController().signal);
  expect(Date.now()).toBeGreaterThanOrEqual(atMs - 1);
  expect(Date.now()).toBeLessThan(atMs + 500);
});

test("ends at once where the instant is past", async () => {
  const startedAt = performance.now();
  await sleepUntil(Date.now() - 60_000, new AbortController().signal);
  expect(performance.now() - startedAt).toBeLessThan(50);
});

test("rejects with the reason of its signal", async () => {
  const reason = new Error("paused");
  const controller = new AbortController();
  const sleeping = sleepUntil(Date.now() + 60_000, controller.signal);
  controller.abort(reason);
  await expect(sleeping).rejects.toBe(reason);
  await expect(sleepUntil(0, AbortSignal.abort(reason))).rejects.toBe(reason);
});

test("waits for an instant that is further away than a timer can be set", async () => {
  const controller = new AbortController();
  const waiting = sleepUntil(Date.now() + 2 ** 31 + 60_000, controller.signal);
  const state = await Promise.race([waiting.then(() => "over"), sleep(50, "waiting")]);
  expect(state).toBe("waiting");
  controller.abort();
  await expect(waiting).rejects.toThrow();
});
