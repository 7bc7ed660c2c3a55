import { expect, test } from "vitest";
import type { CallReport } from "../../../../src/domain/limit/slowing/call-reports.js";
import { outageAfter } from "../../../../src/domain/limit/slowing/outage.js";
import type { Outage } from "../../../../src/domain/limit/slowing/outage.js";

const nowMs = 1_700_000_000_000;

function report(changes: Partial<CallReport>): CallReport {
  return { target: "test/m", host: "test", whole: true, answered: 0, refused: 0, ...changes };
}

const failed = report({ away: { sentMsAgo: 10, reason: "connect ECONNREFUSED" } });

const known: Outage = {
  sinceMs: nowMs - 60_000,
  reason: "before",
  tryEveryMs: 10_000,
  nextTryAtMs: nowMs - 100,
};

test("the first try comes when the slots that were given before are over", () => {
  expect(outageAfter(undefined, failed, nowMs)).toEqual({
    sinceMs: nowMs,
    reason: "connect ECONNREFUSED",
    tryEveryMs: 2_000,
    nextTryAtMs: nowMs + 2_500,
  });
});

test("the first try obeys the server's wish, up to two minutes", () => {
  const wishing = (holdForMs: number): CallReport =>
    report({ away: { sentMsAgo: 10, reason: "503", holdForMs } });
  expect(outageAfter(undefined, wishing(30_000), nowMs)?.nextTryAtMs).toBe(nowMs + 30_000);
  expect(outageAfter(undefined, wishing(600_000), nowMs)?.nextTryAtMs).toBe(nowMs + 120_000);
  expect(outageAfter(known, wishing(30_000), nowMs)?.nextTryAtMs).toBe(nowMs + 30_000);
});

test.each<readonly [string, Outage, CallReport, Partial<Outage> | undefined]>([
  [
    "a failed try makes the next one later",
    known,
    failed,
    { tryEveryMs: 11_500, nextTryAtMs: nowMs + 11_500 },
  ],
  [
    "two minutes are the longest",
    { ...known, tryEveryMs: 110_000 },
    failed,
    { tryEveryMs: 120_000 },
  ],
  [
    "a call that was sent before the try changes no time",
    known,
    report({ away: { sentMsAgo: 5_000, reason: "late" } }),
    { reason: "late", tryEveryMs: 10_000, nextTryAtMs: nowMs - 100 },
  ],
  [
    "after a machine's sleep the tries begin anew",
    { ...known, nextTryAtMs: nowMs - 100_000 },
    failed,
    { sinceMs: nowMs - 60_000, tryEveryMs: 2_000, nextTryAtMs: nowMs + 2_000 },
  ],
  ["nothing was told of it", known, report({}), known],
  ["an answer ends it", known, report({ answered: 1 }), undefined],
  ["a 429 is an answer", known, report({ refused: 1 }), undefined],
])("%s", (...[, before, told, expected]) => {
  const after = outageAfter(before, told, nowMs);
  if (expected === undefined) expect(after).toBeUndefined();
  else expect(after).toMatchObject(expected);
});
