import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { countSlots, instantsOf } from "../../../src/domain/limit/slots.js";
import { steadyClockOfFile } from "../../helpers/steady-clock.js";
import { leaserOf, limitInMemory } from "./limit-in-memory.js";
import { never, takeOne, wish } from "./wishes.js";

steadyClockOfFile();

describe("what waits for slots", () => {
  test("is joined into one request, with the sum of what each group wants", async () => {
    const limit = limitInMemory();
    const leaser = leaserOf(limit);
    const taken = await Promise.all([
      leaser.take(wish({ wanted: 3 }), never()),
      leaser.take(wish({ wanted: 2, urgent: true }), never()),
      leaser.take(wish({ group: "b", wanted: 4, priority: 1, inFlight: 9 }), never()),
    ]);
    expect(limit.requests.map(({ request }) => request)).toEqual([
      {
        process: "here",
        asks: [
          { group: "a", requestsPerMinute: 600, priority: 3, wanted: 5, claimed: 0, running: 0 },
          {
            group: "b",
            requestsPerMinute: 600,
            inFlight: 9,
            priority: 1,
            wanted: 4,
            claimed: 0,
            running: 0,
          },
        ],
      },
    ]);
    expect(taken.map(countSlots)).toEqual([3, 2, 4]);
    const instants = taken.flatMap((slots) => [...instantsOf(slots)]).sort((a, b) => a - b);
    expect(new Set(instants).size).toBe(9);
    expect(instants.at(-1)! - instants[0]!).toBeCloseTo(800.8, 2);
  });

  test("tells the rates that were changed last, whoever brings them", async () => {
    const limit = limitInMemory();
    const leaser = leaserOf(limit);
    const old = { requestsPerMinute: 600, inFlight: 9 };
    const changed = { requestsPerMinute: 1_200, changes: 1 };
    await Promise.all([
      leaser.take(wish({ group: "wave", ...old }), never()),
      leaser.take(wish({ group: "wave", ...changed, urgent: true }), never()),
      leaser.take(wish({ group: "turn", ...old, urgent: true }), never()),
      leaser.take(wish({ group: "turn", ...changed }), never()),
      leaser.take(wish({ group: "turns", ...old, urgent: true }), never()),
      leaser.take(wish({ group: "turns", ...changed, urgent: true }), never()),
    ]);
    const counts = { priority: 3, wanted: 2, claimed: 0, running: 0 };
    expect(limit.requests[0]?.request.asks).toEqual([
      { group: "wave", ...changed, ...counts },
      { group: "turn", ...changed, ...counts },
      { group: "turns", ...changed, ...counts, retriesOnly: true },
    ]);
  });

  test("asks one request at a time, however much comes meanwhile", async () => {
    const limit = limitInMemory({ latencyMs: 20 });
    const leaser = leaserOf(limit);
    const takes: Promise<number>[] = [];
    for (let round = 0; round < 15; round += 1) {
      takes.push(takeOne(leaser, { group: `group ${round % 5}`, requestsPerMinute: 6_000 }));
      await sleep(7);
    }
    const instants = await Promise.all(takes);
    expect(new Set(instants).size).toBe(15);
    expect(limit.mostAtOnce()).toBe(1);
    expect(limit.requests.length).toBeGreaterThan(1);
  });

  test("gets slots in the order of asking, retries before all", async () => {
    const leaser = leaserOf(limitInMemory());
    const [first, second, retry] = await Promise.all([
      takeOne(leaser),
      takeOne(leaser),
      takeOne(leaser, { urgent: true }),
    ]);
    expect(retry).toBeLessThan(first);
    expect(first).toBeLessThan(second);
  });

  test("gets slots after retries, first where the most calls follow, whenever it asked", async () => {
    const leaser = leaserOf(limitInMemory());
    const wishes = [
      { done: 3, ahead: 0 },
      { done: 1, ahead: 2 },
      { done: 2, ahead: 1 },
      { done: 1, ahead: 2 },
      { done: 0, ahead: 3 },
    ];
    const atMs = await Promise.all(
      wishes.map(async (one) => takeOne(leaser, { urgent: true, ...one })),
    );
    const served = wishes
      .map((_, index) => ({ index, at: atMs[index] ?? 0 }))
      .sort((a, b) => a.at - b.at)
      .map(({ index }) => index);
    expect(served).toEqual([4, 1, 3, 2, 0]);
  });

  test("gets the far slots for new records while few open ones wait beside calls in flight", async () => {
    const leaser = leaserOf(limitInMemory());
    for (let call = 0; call < 5; call += 1) leaser.claim("a");
    const [fresh, first, second] = await Promise.all([
      leaser.take(wish({ wanted: 20, requestsPerMinute: 600 }), never()),
      takeOne(leaser, { urgent: true, done: 1 }),
      takeOne(leaser, { urgent: true, done: 1 }),
    ]);
    // 19 slots reach to 2 s. Two open records wait beside five calls: three more may begin, and
    // take what nobody else can.
    expect(countSlots(fresh)).toBe(17);
    expect(first).toBeLessThan(second);
    expect(second).toBeLessThan([...instantsOf(fresh)][0]!);
  });

  test("asks again when the limit says so, and not before", async () => {
    const limit = limitInMemory();
    const leaser = leaserOf(limit);
    const first = await takeOne(leaser, { requestsPerMinute: 30 });
    const second = await takeOne(leaser, { requestsPerMinute: 30 });
    expect(second - first).toBeCloseTo(2_002, 1);
    expect(limit.requests.length).toBeLessThanOrEqual(3);
  });

  test("gets its slot at once when it came while a request of its group was under way", async () => {
    const limit = limitInMemory({ latencyMs: 30 });
    const leaser = leaserOf(limit);
    const first = takeOne(leaser);
    await sleep(25);
    expect(limit.requests).toHaveLength(1);
    const startedAt = Date.now();
    const second = takeOne(leaser);
    expect((await second) - (await first)).toBeGreaterThan(99);
    expect(Date.now() - startedAt).toBeLessThan(1_000);
  });

  test("is not put off for long by a retry that came while its request was under way", async () => {
    const leaser = leaserOf(limitInMemory({ latencyMs: 30 }));
    const wave = takeOne(leaser);
    await sleep(25);
    const retry = takeOne(leaser, { urgent: true });
    const startedAt = Date.now();
    expect((await wave) - (await retry)).toBeGreaterThan(99);
    expect(Date.now() - startedAt).toBeLessThan(1_000);
  });
});

describe("a waiter that is cancelled", () => {
  test("rejects with the reason of its signal, and is asked for no more", async () => {
    const limit = limitInMemory();
    const leaser = leaserOf(limit);
    await takeOne(leaser, { requestsPerMinute: 30 });
    const controller = new AbortController();
    const waiting = leaser.take(wish({ requestsPerMinute: 30 }), controller.signal);
    await sleep(50);
    const asked = limit.requests.length;
    controller.abort(new Error("paused"));
    await expect(waiting).rejects.toThrow("paused");
    await sleep(900);
    expect(limit.requests.slice(asked).flatMap(({ request }) => request.asks)).toEqual([]);
  });

  test("does not even begin to wait when its signal is aborted already", async () => {
    const limit = limitInMemory();
    const reason = new Error("cancelled before");
    await expect(leaserOf(limit).take(wish(), AbortSignal.abort(reason))).rejects.toBe(reason);
    expect(limit.requests).toEqual([]);
  });

  test("leaves its slots to the next who asks, without another request", async () => {
    const limit = limitInMemory({ latencyMs: 30 });
    const leaser = leaserOf(limit);
    const controller = new AbortController();
    const waiting = leaser.take(wish({ wanted: 20 }), controller.signal);
    await sleep(20);
    controller.abort(new Error("changed"));
    await expect(waiting).rejects.toThrow("changed");
    await sleep(60);
    expect(limit.requests).toHaveLength(1);
    const slots = await leaser.take(wish({ wanted: 5, requestsPerMinute: 300 }), never());
    expect(countSlots(slots)).toBe(5);
    expect(limit.requests).toHaveLength(1);
  });

  test("leaves slots that nobody takes, which lapse and are told to the limit", async () => {
    const limit = limitInMemory({ latencyMs: 30 });
    const leaser = leaserOf(limit);
    const controller = new AbortController();
    const waiting = leaser.take(wish({ wanted: 3 }), controller.signal);
    await sleep(20);
    controller.abort(new Error("paused"));
    await expect(waiting).rejects.toThrow("paused");
    await sleep(500);
    await takeOne(leaser, { group: "b" });
    const told = limit.requests.at(-1)?.request.asks.find(({ group }) => group === "a");
    expect(told).toMatchObject({ wanted: 0, claimed: 3, running: 0 });
  });
});

describe("a process whose clock is off", () => {
  test.each([-3_000, 3_000])("by %i ms has its slots in its own time", async (offMs) => {
    const leaser = leaserOf(limitInMemory(), { offMs });
    const limitMs = await takeOne(leaser);
    const localMs = await leaser.toLocal(limitMs);
    expect(Math.abs(localMs - limitMs - offMs)).toBeLessThan(100);
  });

  test("asks for the limit's time where it never has", async () => {
    const limit = limitInMemory();
    const leaser = leaserOf(limit, { offMs: 3_000 });
    const limitMs = Date.now() + 400;
    const localMs = await leaser.toLocal(limitMs);
    expect(Math.abs(localMs - limitMs - 3_000)).toBeLessThan(100);
    expect(limit.requests.map(({ request }) => request.asks)).toEqual([[]]);
  });

  test("asks again at the limit's time, neither at once nor three seconds late", async () => {
    const limit = limitInMemory();
    const leaser = leaserOf(limit, { offMs: 3_000 });
    await takeOne(leaser, { requestsPerMinute: 30 });
    const startedAt = Date.now();
    await takeOne(leaser, { requestsPerMinute: 30 });
    expect(Date.now() - startedAt).toBeGreaterThan(400);
    expect(Date.now() - startedAt).toBeLessThan(2_500);
    expect(limit.requests.length).toBeLessThanOrEqual(3);
  });
});

test("trouble with the server is told and asked again after a second", async () => {
  let answers = 0;
  const limit = limitInMemory({
    trouble: () => {
      answers += 1;
      if (answers < 3) throw new Error("RESOURCE_EXHAUSTED");
    },
  });
  let told = 0;
  const leaser = leaserOf(limit, { onTrouble: () => (told += 1) });
  await takeOne(leaser);
  expect(told).toBe(2);
  const distances = limit.requests.slice(1).map(({ atMs }, index) => {
    return atMs - limit.requests[index]!.atMs;
  });
  expect(distances).toHaveLength(2);
  for (const distance of distances) {
    expect(distance).toBeGreaterThan(900);
    expect(distance).toBeLessThan(2_000);
  }
});

test("a Retry-After lets nobody go before it is over, whoever asks", async () => {
  const limit = limitInMemory();
  const leaser = leaserOf(limit, { onlyTarget: "test/m" });
  await takeOne(leaser);
  const heldAt = Date.now();
  for (let refusal = 0; refusal < 3; refusal += 1) {
    leaser.apis.noteThrottled({ target: "test/m", sentAtMs: heldAt }, 1_500);
  }
  await sleep(50);
  const elsewhere = leaserOf(limit);
  const [here, there] = await Promise.all([
    takeOne(leaser, { urgent: true }),
    takeOne(elsewhere, { group: "b" }),
  ]);
  expect(Math.min(here, there) - heldAt).toBeGreaterThanOrEqual(1_499);
  expect(limit.requests.filter(({ request }) => request.reports !== undefined)).toHaveLength(1);
});

test("a process that is always late asks for fewer slots, but for one at least", async () => {
  const limit = limitInMemory();
  const leaser = leaserOf(limit);
  for (let turn = 0; turn < 14; turn += 1) leaser.noteTurn(true);
  await leaser.take(wish({ wanted: 20 }), never());
  expect(limit.requests.at(-1)?.request.asks[0]?.wanted).toBe(10);
  for (let turn = 0; turn < 200; turn += 1) leaser.noteTurn(true);
  await leaser.take(wish({ group: "b", wanted: 20 }), never());
  expect(limit.requests.at(-1)?.request.asks[0]?.wanted).toBe(1);
  for (let turn = 0; turn < 200; turn += 1) leaser.noteTurn(false);
  await leaser.take(wish({ group: "c", wanted: 20 }), never());
  expect(limit.requests.at(-1)?.request.asks[0]?.wanted).toBe(20);
});
