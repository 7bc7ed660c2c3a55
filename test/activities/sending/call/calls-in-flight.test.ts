import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { CallsInFlight } from "../../../../activities/sending/call/calls-in-flight.js";

const key = { directory: "/data/output/pilot/.stamp", group: "all", position: 7, key: 0 };

test("a call is found by its record until it has ended", async () => {
  const calls = new CallsInFlight<string>();
  const call = calls.start(key, 1_000, async () => {
    await sleep(20);
    return "answer";
  });
  expect(calls.find({ ...key })).toBe(call);
  expect(calls.isBusy(key.directory)).toBe(true);
  expect(await call).toBe("answer");
  expect(calls.find(key)).toBeUndefined();
  expect(calls.isBusy(key.directory)).toBe(false);
});

test.each([
  ["another record", { ...key, position: 8 }],
  ["another call of the record", { ...key, key: 1 }],
  ["another group", { ...key, group: "other" }],
  ["another run", { ...key, directory: "/data/output/pilot/.other" }],
])("%s has a call of its own", async (_what, other) => {
  const calls = new CallsInFlight<string>();
  const call = calls.start(key, 1_000, async () => sleep(5, "answer"));
  expect(calls.find(other)).toBeUndefined();
  await call;
});

test("a run is busy until the last of its calls has ended", async () => {
  const calls = new CallsInFlight<string>();
  const short = calls.start(key, 1_000, async () => sleep(5, "short"));
  const long = calls.start({ ...key, position: 8 }, 1_000, async () => sleep(40, "long"));
  await short;
  expect(calls.isBusy(key.directory)).toBe(true);
  await long;
  expect(calls.isBusy(key.directory)).toBe(false);
});

test("an abort reaches the calls of its run alone", async () => {
  const calls = new CallsInFlight<boolean>();
  const wait = async ({ signal }: AbortController): Promise<boolean> => {
    await sleep(30);
    return signal.aborted;
  };
  const here = [
    calls.start(key, 1_000, wait),
    calls.start({ ...key, group: "b", position: 1 }, 1_000, wait),
  ];
  const elsewhere = calls.start({ ...key, directory: "/elsewhere" }, 1_000, wait);
  calls.abort(key.directory);
  calls.abort("/unknown");
  expect(await Promise.all(here)).toEqual([true, true]);
  expect(await elsewhere).toBe(false);
});

test("how many calls there are, and when the last of them has timed out", async () => {
  const calls = new CallsInFlight<string>();
  expect({ count: calls.count(), endsByMs: calls.endsByMs() }).toEqual({ count: 0, endsByMs: 0 });
  const startedAt = Date.now();
  const long = calls.start(key, 300_000, async () => sleep(5, "long"));
  const short = calls.start({ ...key, directory: "/other" }, 1_000, async () => sleep(5, "short"));
  expect(calls.count()).toBe(2);
  expect(calls.endsByMs() - startedAt).toBeGreaterThanOrEqual(300_000);
  expect(calls.endsByMs()).toBeLessThanOrEqual(Date.now() + 300_000);
  await Promise.all([long, short]);
  expect(calls.count()).toBe(0);
});
