import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  appendRun,
  appendSlot,
  countSlots,
  instantsOf,
  lastInstant,
  slotsFrom,
  splitSlots,
} from "../../../src/domain/limit/slots.js";
import type { SlotRun } from "../../../src/domain/limit/slots.js";

const anyRuns: fc.Arbitrary<SlotRun[]> = fc.array(
  fc.record({
    firstAtMs: fc.nat(100_000),
    intervalMs: fc.nat(5_000),
    count: fc.integer({ min: 1, max: 9 }),
  }),
  { maxLength: 5 },
);

describe("runs of slots", () => {
  test("stand for instants at equal distances", () => {
    const runs = [
      { firstAtMs: 1_000, intervalMs: 100, count: 3 },
      { firstAtMs: 5_000, intervalMs: 0, count: 1 },
    ];
    expect([...instantsOf(runs)]).toEqual([1_000, 1_100, 1_200, 5_000]);
    expect(countSlots(runs)).toBe(4);
    expect(lastInstant(runs)).toBe(5_000);
    expect(lastInstant([])).toBeUndefined();
  });

  test("are split without losing, moving or doubling an instant", () => {
    fc.assert(
      fc.property(anyRuns, fc.nat(30), (runs, count) => {
        const [taken, rest] = splitSlots(runs, count);
        const instants = [...instantsOf(runs)];
        expect([...instantsOf(taken)]).toEqual(instants.slice(0, count));
        expect([...instantsOf(rest)]).toEqual(instants.slice(count));
        expect([...taken, ...rest].every((run) => run.count > 0)).toBe(true);
      }),
    );
  });

  test("lose those before an instant, and no others", () => {
    fc.assert(
      fc.property(anyRuns, fc.nat(140_000), (runs, fromMs) => {
        const kept = [...instantsOf(runs)].filter((atMs) => atMs >= fromMs);
        expect([...instantsOf(slotsFrom(runs, fromMs))]).toEqual(kept);
      }),
    );
  });

  test("grow by runs: those that go on in one are one, and no instant moves", () => {
    const run = { firstAtMs: 1_000, intervalMs: 100, count: 3 };
    const going = { firstAtMs: 1_300, intervalMs: 100, count: 20_000 };
    expect(appendRun([run], going)).toEqual([{ ...run, count: 20_003 }]);
    expect(appendRun([], { ...run, count: 0 })).toEqual([]);
    const almost = { ...going, intervalMs: 100.001 };
    expect(appendRun([run], almost)).toEqual([run, almost]);
    const one = { firstAtMs: 900, intervalMs: 0, count: 1 };
    expect(appendRun([one], run)).toEqual([{ firstAtMs: 900, intervalMs: 100, count: 4 }]);
  });

  test("grow by the instants that are appended, to within a hundredth of a millisecond", () => {
    const instants = fc
      .array(fc.double({ min: 0, max: 3_000, noNaN: true }), { maxLength: 20 })
      .map((distances) => {
        let atMs = 1_700_000_000_000;
        return distances.map((distance) => (atMs += distance));
      });
    fc.assert(
      fc.property(instants, (given) => {
        const runs = given.reduce<SlotRun[]>(appendSlot, []);
        const kept = [...instantsOf(runs)];
        expect(kept).toHaveLength(given.length);
        kept.forEach((atMs, index) => {
          expect(Math.abs(atMs - given[index]!)).toBeLessThan(0.011);
        });
      }),
    );
  });

  test("of a steady rate stay one run, however uneven its interval", () => {
    const intervalMs = 60_000 / 7_000;
    const runs = Array.from({ length: 200 }, (_, index) => 1_000 + index * intervalMs).reduce<
      SlotRun[]
    >(appendSlot, []);
    expect(runs).toHaveLength(1);
    expect(countSlots(runs)).toBe(200);
  });
});
