import { expect, test } from "vitest";
import type { Wish } from "../../../activities/leaser/group-ledger.js";
import { WaitingLine } from "../../../activities/leaser/waiting-line.js";

const call: Wish = { group: "a", requestsPerMinute: 600, priority: 3, wanted: 1, urgent: true };

function ask(wishes: readonly Wish[]): readonly Wish[] {
  const line = new WaitingLine();
  const { signal } = new AbortController();
  for (const wish of wishes) void line.wait(wish, signal);
  return line.ask();
}

test("equal next calls in a row are asked for as one wish", () => {
  const wishes = [call, { ...call, done: 2, ahead: 1 }, { ...call, wanted: 3 }];
  expect(ask(wishes)).toEqual([{ ...call, wanted: 5 }]);
});

test("calls of other groups, rates or tokens, and waves, are asked for by themselves", () => {
  const others: Wish[] = [
    { ...call, group: "b" },
    { ...call, requestsPerMinute: 60 },
    { ...call, changes: 1 },
    { ...call, tokens: 20 },
    { ...call, urgent: false },
    { ...call, urgent: false },
  ];
  expect(ask([call, ...others])).toEqual([call, ...others]);
});

test("a request that leaves the middle of the line gets no slot", async () => {
  const line = new WaitingLine();
  const { signal } = new AbortController();
  const leaving = new AbortController();
  const first = line.wait(call, signal);
  const second = line.wait(call, leaving.signal);
  const third = line.wait(call, signal);
  leaving.abort(new Error("paused"));
  await expect(second).rejects.toThrow("paused");
  line.handOut("a", [{ firstAtMs: 1_000, intervalMs: 100, count: 2 }], 0);
  expect(await first).toMatchObject([{ firstAtMs: 1_000, count: 1 }]);
  expect(await third).toMatchObject([{ firstAtMs: 1_100, count: 1 }]);
  expect(line.isWaited()).toBe(false);
});
