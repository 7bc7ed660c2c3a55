import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { usedInMinute } from "../../../src/domain/limit/last-minute.js";
import { emptyLimit } from "../../../src/domain/limit/state.js";
import { mostTokensInAnyMinute, shareUsed, simulateTokens, start } from "./limit-simulation.js";
import type { SimulatedGroup } from "./limit-simulation.js";

const minute = 60_000;
const rates = { requestsPerMinute: 600, tokensPerMinute: 60_000 };

describe("tokens a minute", () => {
  test("are used to 95 % and more, and never exceeded, with even prompts", () => {
    const { calls } = simulateTokens({ a: { rates, tokensOf: () => 400 } }, 5 * minute);
    expect(mostTokensInAnyMinute(calls)).toBeLessThanOrEqual(60_000);
    expect(shareUsed(calls, 60_000, [start, start + 4 * minute])).toBeGreaterThan(0.99);
  });

  test("leave requests a minute as they are where these are scarcer", () => {
    const { calls } = simulateTokens({ a: { rates, tokensOf: () => 10 } }, 2 * minute);
    expect(calls.filter(({ atMs }) => atMs < start + minute).length).toBeGreaterThanOrEqual(598);
  });

  test("are used well by prompts of very different size", () => {
    const tokensOf = (index: number): number => (index % 2 === 0 ? 20 : 1_500);
    const { calls } = simulateTokens({ a: { rates, tokensOf } }, 5 * minute);
    // A lease knows the mean of what it asks for, so that a minute may begin or end with another
    // call than it thinks.
    expect(mostTokensInAnyMinute(calls)).toBeLessThanOrEqual(60_000 + 1_500);
    expect(shareUsed(calls, 60_000, [start, start + 4 * minute])).toBeGreaterThan(0.95);
  });

  test("that nobody can use at once are waited for: a larger call goes alone, and the others after it", () => {
    const small = { rates, tokensOf: () => 500 };
    const big = { rates, tokensOf: () => 90_000, wave: 1 };
    const { calls } = simulateTokens({ small, big }, 10 * minute);
    const ofBig = calls.filter(({ group }) => group === "big");
    expect(ofBig.length).toBeGreaterThanOrEqual(2);
    for (const { atMs } of ofBig) {
      const around = calls.filter((call) => Math.abs(call.atMs - atMs) < minute);
      expect(around).toHaveLength(1);
    }
    expect(calls.length - ofBig.length).toBeGreaterThanOrEqual(ofBig.length);
  });

  test("that one call among many exceeds delay it and those after it, and none for ever", () => {
    const tokensOf = (index: number): number => (index === 100 ? 120_000 : 500);
    const { calls } = simulateTokens({ a: { rates, tokensOf } }, 6 * minute);
    const index = calls.findIndex(({ tokens }) => tokens === 120_000);
    const at = (offset: number): number => calls[index + offset]!.atMs;
    expect(at(0) - at(-1)).toBeGreaterThanOrEqual(minute);
    expect(at(0) - at(-1)).toBeLessThan(minute + 1_000);
    expect(at(1) - at(0)).toBeGreaterThanOrEqual(2 * minute);
    expect(at(1) - at(0)).toBeLessThan(2 * minute + 1_000);
    expect(at(101) - at(1)).toBeLessThan(minute);
  });

  test("of calls that were expected to use more are given back", () => {
    const group = { rates, tokensOf: () => 100, estimateOf: () => 1_000, latencyMs: 1_000 };
    const { calls } = simulateTokens({ group }, 3 * minute);
    // Without it they would use the tenth.
    expect(shareUsed(calls, 60_000, [start + minute, start + 2 * minute])).toBeGreaterThan(0.15);
    expect(mostTokensInAnyMinute(calls)).toBeLessThanOrEqual(60_000);
  });

  test("of calls that were expected to use fewer are made up for: a minute exceeds by those in flight", () => {
    const group = { rates, tokensOf: () => 1_000, estimateOf: () => 500, latencyMs: 500 };
    const { calls } = simulateTokens({ group }, 4 * minute);
    // A lease reaches 2 s ahead, and 0.5 s later it is known what a call has used.
    expect(mostTokensInAnyMinute(calls)).toBeLessThanOrEqual(60_000 + 4 * 500 + 1_000);
    expect(shareUsed(calls, 60_000, [start + minute, start + 4 * minute])).toBeGreaterThan(0.95);
  });

  test("are shared by the experiments of one key, in processes of their own", () => {
    const one: SimulatedGroup = { rates, tokensOf: () => 300 };
    const other: SimulatedGroup = { rates, tokensOf: () => 600 };
    const { calls } = simulateTokens({ one, other }, 4 * minute);
    expect(mostTokensInAnyMinute(calls)).toBeLessThanOrEqual(60_000);
    expect(shareUsed(calls, 60_000, [start, start + 3 * minute])).toBeGreaterThan(0.95);
    const share = calls.filter(({ group }) => group === "one").length / calls.length;
    expect(share).toBeGreaterThan(0.25);
    expect(share).toBeLessThan(0.75);
  });

  test("of a cap hold for groups that ask for none, and are counted", () => {
    const capped = { ...emptyLimit, cap: { tokensPerMinute: 30_000 } };
    const group = { rates: { requestsPerMinute: 600 }, tokensOf: () => 500 };
    const { calls, answers, state } = simulateTokens({ group }, 3 * minute, capped);
    expect(mostTokensInAnyMinute(calls)).toBeLessThanOrEqual(30_000);
    expect(answers.every(({ tokensPerMinute }) => tokensPerMinute === 30_000)).toBe(true);
    const used = usedInMinute(state.lastMinute, start + 3 * minute);
    expect(used.tokens).toBeGreaterThan(28_500);
    expect(used.calls).toBeGreaterThan(57);
  });

  test("of a group hold for it alone where another has none", () => {
    const free: SimulatedGroup = { rates: { requestsPerMinute: 600 }, tokensOf: () => 500 };
    const tight: SimulatedGroup = {
      rates: { requestsPerMinute: 600, tokensPerMinute: 15_000 },
      tokensOf: () => 500,
    };
    const { calls } = simulateTokens({ free, tight }, 3 * minute);
    const ofTight = calls.filter(({ group }) => group === "tight");
    expect(mostTokensInAnyMinute(ofTight)).toBeLessThanOrEqual(15_000);
    expect(shareUsed(ofTight, 15_000, [start, start + 2 * minute])).toBeGreaterThan(0.9);
    expect(calls.length - ofTight.length).toBeGreaterThan(1_000);
  });
});

test("whatever calls use, no minute has more tokens than the limit, or one call that is larger", () => {
  const tokens = fc.integer({ min: 1, max: 30_000 });
  fc.assert(
    fc.property(fc.array(tokens, { minLength: 1, maxLength: 6 }), fc.boolean(), (sizes, apart) => {
      // One call at a time, so that each is counted for what it uses.
      const groupOf = (own: readonly number[]): SimulatedGroup => ({
        rates: { requestsPerMinute: 300, tokensPerMinute: 20_000 },
        tokensOf: (index) => own[index % own.length]!,
        wave: 1,
      });
      const groups = apart
        ? Object.fromEntries(sizes.map((size, index) => [`group ${index}`, groupOf([size])]))
        : { all: groupOf(sizes) };
      const { calls } = simulateTokens(groups, 6 * minute);
      expect(mostTokensInAnyMinute(calls)).toBeLessThanOrEqual(Math.max(20_000, ...sizes));
      const served = new Set(calls.map(({ group }) => group));
      const roundMs = sizes.reduce((sum, size) => sum + Math.max(250, size * 6), 0);
      if (roundMs < minute) expect(served.size).toBe(Object.keys(groups).length);
    }),
    { numRuns: 25 },
  );
});
