import type { Wish } from "../../../activities/leaser/group-ledger.js";
import type { Leaser } from "../../../activities/leaser/leaser.js";
import { instantsOf } from "../../../src/domain/limit/slots.js";
import type { SlotRun } from "../../../src/domain/limit/slots.js";

export function never(): AbortSignal {
  return new AbortController().signal;
}

export function wish(given: Partial<Wish> = {}): Wish {
  return { group: "a", requestsPerMinute: 600, priority: 3, wanted: 1, urgent: false, ...given };
}

function firstOf(slots: readonly SlotRun[]): number {
  return [...instantsOf(slots)][0]!;
}

export async function takeOne(leaser: Leaser, given: Partial<Wish> = {}): Promise<number> {
  return firstOf(await leaser.take(wish(given), never()));
}
