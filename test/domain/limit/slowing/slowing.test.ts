import { describe, expect, test } from "vitest";
import { bucketServer, countBetween, randomServer, simulate } from "./slowing-simulation.js";

const minute = 60_000;

describe("a limit of 600 a minute", () => {
  test("goes at nearly 60 a minute where the server allows 60, and climbs back once it allows 600", () => {
    const server = bucketServer((atMs) => (atMs < 4 * minute ? 60 : 700));
    const { ends } = simulate(server, { durationMs: 8 * minute });
    // The second to the fourth minute: at most 60 each can be answered.
    expect(countBetween(ends, "answered", [minute, 4 * minute])).toBeGreaterThan(0.95 * 180);
    expect(countBetween(ends, "refused", [minute, 4 * minute])).toBeLessThan(20);
    expect(countBetween(ends, "answered", [7 * minute, 8 * minute])).toBeGreaterThan(550);
  });

  test("goes at the server's pace where calls take 20 s", () => {
    const { ends } = simulate(
      bucketServer(() => 60),
      { durationMs: 4 * minute, latencyMs: 20_000 },
    );
    expect(countBetween(ends, "answered", [minute, 3 * minute])).toBeGreaterThan(0.9 * 120);
  });

  test("sends one call now and then while the API is down, and is back within seconds", () => {
    const { ends } = simulate((atMs) => (isBetween(atMs, [60, 120]) ? "away" : "answered"), {
      rate: 300,
      durationMs: 3 * minute,
    });
    // After the slots of two seconds that were given before it was known.
    expect(countBetween(ends, "away", [63_000, 120_000])).toBeLessThan(15);
    // 15 s are 75 calls at 300 a minute: the next try comes within 10 s, the rest at full pace.
    expect(countBetween(ends, "answered", [130_000, 145_000])).toBeGreaterThan(70);
  });

  test("is back within seconds after a sleep of eight hours in the middle of an outage", () => {
    const asleep = { fromMs: 2 * minute, toMs: 482 * minute };
    // The Wi-Fi is there 5 s after the machine woke.
    const server = (atMs: number) =>
      atMs > minute && atMs < asleep.toMs + 5_000 ? "away" : "answered";
    const { ends } = simulate(server, { rate: 60, durationMs: 484 * minute, asleep });
    const woke = asleep.toMs;
    expect(countBetween(ends, "answered", [woke, woke + 30_000])).toBeGreaterThan(15);
  });
});

describe("a limit of 1000 a minute", () => {
  test.each([1, 2, 3, 4, 5, 6, 7, 8])(
    "keeps its rate while 1 % of its calls get a 429 by chance: seed %d",
    (seed) => {
      const { ends } = simulate(randomServer(0.01, seed), {
        rate: 1_000,
        durationMs: 3 * minute,
        latencyMs: 800,
        retryAfterMs: 1_000,
      });
      expect(countBetween(ends, "answered", [0, 3 * minute])).toBeGreaterThan(0.95 * 2_950);
    },
  );

  test.each([0, 1_000])(
    "finds the rate of a server that allows 500, with a Retry-After of %d ms",
    (retryAfterMs) => {
      const server = bucketServer(() => 500, 20);
      const { ends } = simulate(server, { rate: 1_000, durationMs: 6 * minute, retryAfterMs });
      const answered = countBetween(ends, "answered", [minute, 6 * minute]);
      const refused = countBetween(ends, "refused", [minute, 6 * minute]);
      expect(answered).toBeGreaterThan(0.9 * 2_500);
      expect(refused / (answered + refused)).toBeLessThan(0.03);
    },
  );

  test("is back within 30 s after the server has refused nine of ten calls for a moment", () => {
    const random = randomServer(0.9, 1);
    const server = (atMs: number) => (isBetween(atMs, [60, 62]) ? random(atMs) : "answered");
    const { ends } = simulate(server, { rate: 1_000, durationMs: 3 * minute });
    expect(countBetween(ends, "answered", [92_000, 122_000])).toBeGreaterThan(0.9 * 500);
  });

  test("has its full rate again after two minutes without a call", () => {
    const asleep = { fromMs: 30_000, toMs: 151_000 };
    const server = bucketServer((atMs) => (atMs < minute ? 60 : 2_000));
    const { ends } = simulate(server, { rate: 1_000, durationMs: 3 * minute, asleep });
    expect(countBetween(ends, "answered", [152_000, 162_000])).toBeGreaterThan(0.95 * 166);
  });
});

function isBetween(atMs: number, [fromS, toS]: readonly [number, number]): boolean {
  return atMs >= fromS * 1_000 && atMs < toS * 1_000;
}
