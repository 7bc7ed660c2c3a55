import { setTimeout as sleep } from "node:timers/promises";
import { expect, test, vi } from "vitest";
import { LineClock } from "../../../activities/lines/line-clock.js";
import { steadyClockOfFile } from "../../helpers/steady-clock.js";

steadyClockOfFile();

const place = { position: 0, target: "test/small" };
const board = { begin: () => ({ sent: () => undefined, end: () => undefined }) };

async function isExpired(clock: LineClock): Promise<boolean> {
  return (await Promise.race([clock.expired, sleep(0, "running")])) === "expired";
}

test("a line's time ends after its limit", async () => {
  const clock = new LineClock(50);
  const startedAt = performance.now();
  expect(await clock.expired).toBe("expired");
  expect(performance.now() - startedAt).toBeGreaterThanOrEqual(49);
});

test("the wait of a call for its slot does not count, and its time in flight does", async () => {
  const clock = new LineClock(100);
  const shown = clock.watching(board).begin("ask", place);
  await sleep(150);
  expect(await isExpired(clock)).toBe(false);
  shown.sent();
  const sentAt = performance.now();
  await clock.expired;
  // All of its time is left: nothing ran before the call waited.
  expect(performance.now() - sentAt).toBeGreaterThanOrEqual(95);
  shown.end();
});

test("the clock stands while any of several calls waits", async () => {
  const clock = new LineClock(60);
  const watched = clock.watching(board);
  const [one, other] = [watched.begin("ask", place), watched.begin("ask", place)];
  one.sent();
  one.end();
  await sleep(100);
  expect(await isExpired(clock)).toBe(false);
  // A call that ends without having been sent waits no longer either.
  other.end();
  expect(await clock.expired).toBe("expired");
});

test("an ended clock never expires", async () => {
  const clock = new LineClock(20);
  clock.end();
  await sleep(60);
  expect(await isExpired(clock)).toBe(false);
});

test("a call that waits longer than its line does not start the line's clock again", () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const clock = new LineClock(60_000);
  const shown = clock.watching(board).begin("ask", place);
  clock.end();
  shown.end();
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

test("a limit above the longest timer ends no line at once", async () => {
  const clock = new LineClock(1_000 * 3_600_000);
  await sleep(20);
  expect(await isExpired(clock)).toBe(false);
  clock.end();
});
