import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { steadyClockOfFile } from "../../helpers/steady-clock.js";
import { leaserOf, limitInMemory } from "./limit-in-memory.js";
import { never, takeOne, wish } from "./wishes.js";

steadyClockOfFile();

describe.concurrent("calls in flight", () => {
  test("are reported within 200 ms where a cap is in force, claims and ends alike", async () => {
    const limit = limitInMemory({ cap: { inFlight: 2 } });
    const leaser = leaserOf(limit);
    await leaser.take(wish({ wanted: 2 }), never());
    const claimedAt = Date.now();
    leaser.claim("a");
    leaser.claim("a");
    await sleep(350);
    const claimed = limit.requests.at(-1)!;
    expect(claimed.request.asks).toMatchObject([{ group: "a", wanted: 0, claimed: 2, running: 2 }]);
    expect(claimed.atMs - claimedAt).toBeLessThan(200);
    const endedAt = Date.now();
    leaser.end("a");
    await sleep(350);
    const ended = limit.requests.at(-1)!;
    expect(ended.request.asks).toMatchObject([{ group: "a", claimed: 2, running: 1 }]);
    expect(ended.atMs - endedAt).toBeLessThan(200);
  });

  test("are told with the next lease alone where there is no cap", async () => {
    const limit = limitInMemory();
    const leaser = leaserOf(limit);
    await takeOne(leaser);
    leaser.claim("a");
    await sleep(400);
    expect(limit.requests).toHaveLength(1);
    await takeOne(leaser, { group: "b" });
    expect(limit.requests.at(-1)?.request.asks).toMatchObject([
      { group: "a", wanted: 0, claimed: 1, running: 1 },
      { group: "b", wanted: 1 },
    ]);
    await takeOne(leaser, { group: "b" });
    expect(limit.requests.at(-1)?.request.asks.map(({ group }) => group)).toEqual(["b"]);
  });

  test("let the next one go when one of them ends", async () => {
    const limit = limitInMemory({ cap: { inFlight: 1 } });
    const leaser = leaserOf(limit);
    await takeOne(leaser);
    leaser.claim("a");
    let got = false;
    const next = takeOne(leaser).then(() => (got = true));
    await sleep(1_500);
    expect(got).toBe(false);
    const endedAt = Date.now();
    leaser.end("a");
    await next;
    expect(Date.now() - endedAt).toBeLessThan(500);
  });

  test("are reported again every five seconds, so that the process is not taken for silent", async () => {
    const limit = limitInMemory({ cap: { inFlight: 5 } });
    const leaser = leaserOf(limit);
    await takeOne(leaser);
    leaser.claim("a");
    await sleep(400);
    const before = limit.requests.length;
    await sleep(5_300);
    expect(limit.requests.length).toBe(before + 1);
    leaser.end("a");
  });
});
