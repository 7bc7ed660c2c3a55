import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { createLeasers } from "../../../activities/leaser/leasers.js";
import { steadyClockOfFile } from "../../helpers/steady-clock.js";
import { limitInMemory } from "./limit-in-memory.js";
import { never, takeOne, wish } from "./wishes.js";

steadyClockOfFile();

const limit = { limitId: "limit/api", limitKey: "api" };

function leasersOf(memory: ReturnType<typeof limitInMemory>): ReturnType<typeof createLeasers> {
  const lease = async (
    _id: string,
    _key: string,
    request: Parameters<typeof memory.lease>[0],
  ): ReturnType<typeof memory.lease> => memory.lease(request);
  const ended = { worker: "2@here#b", endedWorkers: ["1@here#a"] };
  return createLeasers(lease, () => undefined, { ...ended, forgetAfterMs: 200 });
}

test("a leaser that nobody uses goes away, after it has told the limit what it knows", async () => {
  const memory = limitInMemory();
  const leasers = leasersOf(memory);
  const first = leasers.of(limit);
  await takeOne(first);
  first.claim("a");
  await sleep(600);
  expect(leasers.of(limit), "with a call in flight").toBe(first);
  first.end("a");
  await sleep(1_000);
  const second = leasers.of(limit);
  expect(second).not.toBe(first);
  const last = memory.requests.at(-1)?.request;
  expect(last?.asks).toMatchObject([{ group: "a", wanted: 0, claimed: 1, running: 0 }]);
  await takeOne(second);
  const names = memory.requests.map(({ request }) => request.process);
  expect(new Set(names).size).toBe(2);
  expect(names.at(-1)).not.toBe(names[0]);
});

test("a leaser that somebody waits for stays", async () => {
  const memory = limitInMemory({ cap: { requestsPerMinute: 30 } });
  const leasers = leasersOf(memory);
  const first = leasers.of(limit);
  await takeOne(first);
  const waiting = first.take(wish(), never());
  await sleep(700);
  expect(leasers.of(limit)).toBe(first);
  await waiting;
});

test("a limit is told at once, and once, which workers have ended", async () => {
  const memory = limitInMemory();
  const leasers = leasersOf(memory);
  leasers.open([limit]);
  await expect.poll(() => memory.requests.length).toBe(1);
  await takeOne(leasers.of(limit));
  const told = memory.requests.map(({ request }) => [request.process, request.endedWorkers]);
  expect(told).toEqual([
    ["2@here#b/1", ["1@here#a"]],
    ["2@here#b/1", undefined],
  ]);
});

test("an answer that one limit has of a host ends the outage of the others at once", async () => {
  const memories = { one: limitInMemory(), two: limitInMemory() };
  const leasers = createLeasers(
    async (id, _key, request) => memories[id === "one" ? "one" : "two"].lease(request),
    () => undefined,
    { worker: "1@here#a" },
  );
  const one = leasers.of({ limitId: "one", limitKey: "api/test/a" });
  const two = leasers.of({ limitId: "two", limitKey: "api/test/b" });
  await Promise.all([takeOne(one), takeOne(two)]);
  const call = { host: "api.test:443", sentAtMs: Date.now(), reason: "refused", unreached: true };
  one.apis.noteFailure({ ...call, target: "test/a", record: "1" });
  two.apis.noteFailure({ ...call, target: "test/b", record: "2" });
  one.apis.noteFailure({ ...call, target: "test/a", record: "1" });
  await sleep(300);
  expect(memories.one.state().slowing?.outages).toHaveProperty([call.host]);
  expect(memories.two.state().slowing?.outages).toHaveProperty([call.host]);
  one.apis.noteAnswer({ target: "test/a", sentAtMs: Date.now() });
  await sleep(300);
  expect(memories.one.state().slowing).toBeUndefined();
  expect(memories.two.state().slowing).toBeUndefined();
});

test("a limit is not asked a second time for the clock that all limits have", async () => {
  // Round trips of 300 ms: one of them alone is not trusted.
  const memory = limitInMemory({ latencyMs: 150 });
  const leasers = leasersOf(memory);
  const asked = async (limitId: string): Promise<number> => {
    const before = memory.requests.length;
    const leaser = leasers.of({ limitId, limitKey: limitId });
    await leaser.toLocal(await takeOne(leaser));
    return memory.requests.length - before;
  };
  expect(await asked("limit/one")).toBe(2);
  expect(await asked("limit/two")).toBe(1);
});

test("tokens are not reported to a limit without a limit on tokens", async () => {
  const memory = limitInMemory();
  const leaser = leasersOf(memory).of(limit);
  await takeOne(leaser);
  leaser.settle("a", 500);
  await sleep(1_300);
  expect(memory.requests).toHaveLength(1);
});

test("a process that sends with the slots of another reports the tokens that it has used", async () => {
  const memory = limitInMemory({ cap: { tokensPerMinute: 2_800 } });
  const leaser = leasersOf(memory).of(limit);
  leaser.settle("a", 500);
  await expect.poll(() => memory.requests.length, { timeout: 3_000 }).toBe(1);
  expect(memory.requests[0]?.request.asks).toMatchObject([{ group: "a", settledTokens: 500 }]);
});
