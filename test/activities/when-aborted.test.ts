import { getEventListeners } from "node:events";
import { expect, test } from "vitest";
import { untilAborted, whenAborted } from "../../activities/when-aborted.js";

const reason = new Error("paused");

test("a reaction comes once, at the signal or at once, and not after it was taken back", () => {
  const controller = new AbortController();
  const seen: string[] = [];
  whenAborted(controller.signal, () => seen.push("waits"));
  whenAborted(controller.signal, () => seen.push("taken back"))();
  expect(seen).toEqual([]);
  controller.abort(reason);
  whenAborted(controller.signal, () => seen.push("late"));
  expect(seen).toEqual(["waits", "late"]);
});

test("work goes on until the signal, which leaves no listener behind", async () => {
  const { signal } = new AbortController();
  expect(await untilAborted(7, signal)).toBe(7);
  expect(await untilAborted(Promise.resolve("done"), signal)).toBe("done");
  await expect(untilAborted(Promise.reject(reason), signal)).rejects.toBe(reason);
  await Promise.resolve();
  expect(getEventListeners(signal, "abort")).toEqual([]);
});

test("work that is late, or late for a signal from before, is not waited for", async () => {
  const controller = new AbortController();
  const waits = untilAborted(new Promise(() => undefined), controller.signal);
  controller.abort(reason);
  await expect(waits).rejects.toBe(reason);
  // Nobody waits for this rejection, and it does no harm.
  const late = Promise.reject(new Error("late"));
  await expect(untilAborted(late, controller.signal)).rejects.toBe(reason);
});
