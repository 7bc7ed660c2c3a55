import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { startInTurn } from "../../../activities/sending/start-in-turn.js";
import type { Start } from "../../../activities/sending/start-in-turn.js";

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 });
});

afterEach(() => {
  vi.useRealTimers();
});

/** Sends note the time since `atMs`. */
function startAt(atMs: number | undefined, sent: number[], from: number): Start<string> {
  return {
    slotAtMs: () => atMs,
    send: async () => {
      sent.push(Date.now() - from);
      return "sent";
    },
  };
}

test("each record starts 300 ms before its slot, and at once without one", async () => {
  const from = Date.now();
  const sent: number[] = [];
  const starts = [undefined, from + 400, from + 700, undefined].map((atMs) =>
    startAt(atMs, sent, from),
  );
  const running = startInTurn(starts, new AbortController().signal);
  await vi.advanceTimersByTimeAsync(400);
  expect(await Promise.all(await running)).toEqual(["sent", "sent", "sent", "sent"]);
  expect(sent).toEqual([0, 100, 400, 400]);
});

test("a signal starts all others at once", async () => {
  const from = Date.now();
  const sent: number[] = [];
  const starts = [from + 60_000, from + 61_000].map((atMs) => startAt(atMs, sent, from));
  const controller = new AbortController();
  const running = startInTurn(starts, controller.signal);
  controller.abort();
  await Promise.all(await running);
  expect(sent).toHaveLength(2);
});

test("a record that rejects while others wait is reported after all", async () => {
  const failing = { slotAtMs: () => undefined, send: async () => Promise.reject(new Error("no")) };
  const starts = [failing, startAt(Date.now() + 500, [], Date.now())];
  const running = startInTurn(starts, new AbortController().signal);
  await vi.advanceTimersByTimeAsync(200);
  const settled = await Promise.allSettled(await running);
  expect(settled.map(({ status }) => status).join()).toBe("rejected,fulfilled");
});
