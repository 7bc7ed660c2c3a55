import { beforeEach, afterEach, expect, test, vi } from "vitest";
import { sleepUntil } from "../../../activities/sending/sleep-until.js";

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 });
});

afterEach(() => {
  vi.useRealTimers();
});

async function stateOf(sleeping: Promise<void>): Promise<"over" | "asleep"> {
  return Promise.race([sleeping.then(() => "over" as const), Promise.resolve("asleep" as const)]);
}

test("ends at the next hundredth of a second, not before the instant", async () => {
  const sleeping = sleepUntil(Date.now() + 71, new AbortController().signal);
  await vi.advanceTimersByTimeAsync(79);
  expect(await stateOf(sleeping)).toBe("asleep");
  await vi.advanceTimersByTimeAsync(1);
  await sleeping;
});

test("waits for instants close together end together", async () => {
  const { signal } = new AbortController();
  const ends: number[] = [];
  const from = Date.now();
  const sleeping = [1, 4, 9.5, 10, 10.2, 20].map(async (afterMs) => {
    await sleepUntil(from + afterMs, signal);
    ends.push(Date.now() - from);
  });
  await vi.advanceTimersByTimeAsync(20);
  await Promise.all(sleeping);
  expect(ends).toEqual([10, 10, 10, 10, 20, 20]);
});

test("ends at once where the instant is past", async () => {
  await sleepUntil(Date.now() - 60_000, new AbortController().signal);
  expect(vi.getTimerCount()).toBe(0);
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
  const longestTimerMs = 2 ** 31 - 1;
  const sleeping = sleepUntil(Date.now() + longestTimerMs + 60_000, new AbortController().signal);
  await vi.advanceTimersByTimeAsync(longestTimerMs + 59_999);
  expect(await stateOf(sleeping)).toBe("asleep");
  await vi.advanceTimersByTimeAsync(10);
  await sleeping;
});
