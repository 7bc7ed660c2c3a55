import { expect, test } from "vitest";
import { CallTally } from "../../../src/storage/log/call-tally.js";
import type { EntryKind, LogEntry } from "../../../src/storage/log/log-entry.js";

function entry(kind: EntryKind, finishedAt: number, attempt = 1): LogEntry {
  return { position: 0, kind, attempt, call: undefined, offset: 0, length: 0, finishedAt };
}

function tallyOf(isOfRows: boolean, entries: readonly LogEntry[], nowMs: number): CallTally {
  const tally = new CallTally(isOfRows);
  for (const one of entries) tally.note(one, nowMs);
  return tally;
}

test("calls count by how they ended, and outcomes without a call do not count", () => {
  const entries = [
    ...[entry("started", 1), entry("failed-attempt", 1, 2), entry("held", 2), entry("turn", 3)],
    ...[entry("completed", 4), entry("failed", 5), entry("failed", 6, 0), entry("refused", 7)],
  ];
  expect(tallyOf(false, entries, 10).counts()).toEqual({
    sent: 5,
    answered: 2,
    retried: 1,
    held: 1,
    failed: 1,
  });
});

test("a row's calls count, and its outcome does not", () => {
  const entries = [
    ...[entry("call", 1), entry("call", 1, 0), entry("failed-call", 2), entry("step", 3)],
    ...[entry("completed", 4), entry("dropped", 5)],
  ];
  expect(tallyOf(true, entries, 10).counts()).toEqual({
    sent: 2,
    answered: 1,
    retried: 0,
    held: 0,
    failed: 1,
  });
});

test("the records of the last minute count, from the first one on", () => {
  const young = tallyOf(false, [entry("completed", 10_000), entry("failed", 12_000, 0)], 15_000);
  expect(young.recent(15_000)).toEqual({ ended: 2, windowMs: 5_000 });
  const old = tallyOf(false, [entry("completed", 10_000), entry("completed", 99_000)], 100_000);
  expect(old.recent(100_000)).toEqual({ ended: 1, windowMs: 60_000 });
  expect(old.recent(200_000)).toEqual({ ended: 0, windowMs: 60_000 });
});
