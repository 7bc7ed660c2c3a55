/** Offers slots in the order of time: free slots first, then new ones at the limit's distance. */
import type { Giver, NotGiven } from "./giver.js";
import { toleranceMs } from "./round.js";
import { appendRun } from "./slots.js";
import type { SlotRun } from "./slots.js";

/** Offers the free slots and returns the remaining slots. */
export function giveKnown(giver: Giver, known: readonly SlotRun[], endMs: number): SlotRun[] {
  let free: SlotRun[] = [];
  for (const { firstAtMs, intervalMs, count } of known) {
    const runOf = (from: number, to: number): SlotRun => {
      return { firstAtMs: firstAtMs + from * intervalMs, intervalMs, count: to - from };
    };
    let index = 0;
    while (index < count) {
      const atMs = firstAtMs + index * intervalMs;
      const gift = giver.give(atMs, endMs);
      const next = gift === "given" ? index + 1 : indexFrom(gift, { firstAtMs, intervalMs, index });
      if (gift !== "given") free = appendRun(free, runOf(index, Math.min(count, next)));
      index = next;
    }
  }
  return free;
}

interface NewSlots {
  readonly firstAtMs: number;
  readonly interval: number;
  readonly endMs: number;
}

/**
 * Offers new slots, one after the other. Unused slots before the last given slot stay free for
 * other groups.
 */
export function giveNew(
  giver: Giver,
  { firstAtMs, interval, endMs }: NewSlots,
): { readonly lastSlotAtMs: number | undefined; readonly skipped: readonly SlotRun[] } {
  let lastSlotAtMs: number | undefined;
  let skipped: SlotRun[] = [];
  let ahead: SlotRun[] = [];
  // Each time is computed from one start, because a sum of many fractions would drift.
  let fromMs = firstAtMs;
  let index = 0;
  for (;;) {
    const atMs = fromMs + index * interval;
    const gift = giver.give(atMs, endMs);
    if (gift === "given") {
      lastSlotAtMs = atMs;
      skipped = [...skipped, ...ahead];
      ahead = [];
      index += 1;
    } else if (gift.atMs === Infinity) {
      return { lastSlotAtMs, skipped };
    } else if (gift.why === "tokens") {
      fromMs = gift.atMs;
      index = 0;
    } else {
      const next = indexFrom(gift, { firstAtMs: fromMs, intervalMs: interval, index });
      ahead = appendRun(ahead, { firstAtMs: atMs, intervalMs: interval, count: next - index });
      index = next;
    }
  }
}

/** Returns the index of the next slot that a group can use. */
function indexFrom(
  { atMs }: NotGiven,
  { firstAtMs, intervalMs, index }: Omit<SlotRun, "count"> & { readonly index: number },
): number {
  const due = Math.ceil((atMs - toleranceMs - firstAtMs) / intervalMs);
  // Slots at the same time have no distance.
  return Number.isNaN(due) ? index + 1 : Math.max(index + 1, due);
}
