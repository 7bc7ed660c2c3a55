import { describe, expect, test } from "vitest";
import { SlowedTargets } from "../../../activities/leaser/slowed-targets.js";

const host = "api.test:443";
const same = (limitMs: number): number => limitMs;

function never(): AbortSignal {
  return new AbortController().signal;
}

describe("targets that a limit of several has slowed down", () => {
  test("let one call go at each instant", () => {
    const slowed = new SlowedTargets(() => 1_000);
    slowed.update([{ host, whole: false, fromMs: 3_000, everyMs: 500 }], same);
    expect(slowed.heldUntil("test/a", host)).toBe(3_000);
    slowed.reserve("test/a", host);
    expect(slowed.heldUntil("test/a", host)).toBe(3_500);
    expect(slowed.callsWithin(2_000, "test/a", host)).toBe(4);
    expect(slowed.heldUntil("test/b", "elsewhere")).toBe(0);
  });

  test("take no slot from before", () => {
    const slowed = new SlowedTargets(() => 1_000);
    slowed.update([{ target: "test/a", whole: true, fromMs: 3_000, everyMs: 500 }], same);
    expect(slowed.isTooEarly(2_999, "test/a", host)).toBe(true);
    expect(slowed.isTooEarly(3_000, "test/a", host)).toBe(false);
    expect(slowed.isTooEarly(2_999, "test/b", host)).toBe(false);
  });

  test("are named once their hosts answer again", () => {
    const slowed = new SlowedTargets(() => 1_000);
    const outage = { host, whole: true, fromMs: 3_000, everyMs: 500 };
    expect(slowed.update([outage], same)).toEqual([]);
    expect(slowed.isDown(host)).toBe(true);
    expect(slowed.update([], same)).toEqual([host]);
    expect(slowed.isDown(host)).toBe(false);
  });

  test("wake who waits as soon as their calls may go sooner, and not for other news", async () => {
    const startMs = Date.now();
    const slowed = new SlowedTargets(() => Date.now());
    const outage = { host, whole: false, fromMs: startMs + 60_000, everyMs: 500 };
    slowed.update([outage], same);
    let isAwake = false;
    const waiting = slowed.untilNews(startMs + 60_000, never()).then(() => {
      isAwake = true;
    });
    slowed.update([outage], same);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(isAwake).toBe(false);
    slowed.update([], same);
    await waiting;
    expect(Date.now() - startMs).toBeLessThan(30_000);
  });

  test("end the wait of who is cancelled with the reason", async () => {
    const slowed = new SlowedTargets(() => Date.now());
    const controller = new AbortController();
    const waiting = slowed.untilNews(Date.now() + 60_000, controller.signal);
    controller.abort(new Error("paused"));
    await expect(waiting).rejects.toThrow("paused");
  });
});
