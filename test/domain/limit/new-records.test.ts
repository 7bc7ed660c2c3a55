import fc from "fast-check";
import { expect, test } from "vitest";
import { slotsForNewRecords } from "../../../src/domain/limit/new-records.js";

test.each([
  ["all, while nobody else waits", { slots: 35, running: 0, nextCalls: 0, newRecords: 100 }, 35],
  ["what they want", { slots: 35, running: 0, nextCalls: 0, newRecords: 4 }, 4],
  // 500 calls in flight, 20 wait: 480 more records may begin, and the lease has 35 slots.
  ["all, while few wait", { slots: 35, running: 500, nextCalls: 20, newRecords: 100 }, 35],
  ["as many as are missing", { slots: 35, running: 500, nextCalls: 480, newRecords: 100 }, 20],
  ["no small part of a wave", { slots: 35, running: 500, nextCalls: 490, newRecords: 100 }, 0],
  ["a small part of what is left", { slots: 35, running: 0, nextCalls: 34, newRecords: 100 }, 1],
  ["none, while enough wait", { slots: 35, running: 500, nextCalls: 500, newRecords: 100 }, 0],
  // 3,000 calls of a slow API: 1,000 open records that wait are enough.
  ["none beyond 1,000", { slots: 35, running: 3_000, nextCalls: 1_000, newRecords: 100 }, 0],
])("new records get %s", (_, waiting, expected) => {
  expect(slotsForNewRecords(waiting)).toBe(expected);
});

test("no slot is given twice, none to more than want it, and none lies idle", () => {
  const counts = fc.record({
    slots: fc.nat(200),
    running: fc.nat(5_000),
    nextCalls: fc.nat(2_000),
    newRecords: fc.nat(300),
  });
  fc.assert(
    fc.property(counts, (waiting) => {
      const { slots, nextCalls, newRecords } = waiting;
      const given = slotsForNewRecords(waiting);
      expect(given).toBeGreaterThanOrEqual(0);
      expect(given).toBeLessThanOrEqual(Math.min(slots, newRecords));
      const used = given + Math.min(nextCalls, slots - given);
      expect(used).toBe(Math.min(slots, nextCalls + newRecords));
    }),
  );
});
