import type { Wave } from "../../activities/contract.js";
import { defined } from "../../src/domain/defined.js";
import { countPositions, rangesFrom, takePositions } from "../../src/domain/experiment/ranges.js";
import type { Range } from "../../src/domain/experiment/ranges.js";
import { splitSlots } from "../../src/domain/limit/slots.js";
import type { SlotRun } from "../../src/domain/limit/slots.js";

/** The records and slots of one `sendPrompts` call. */
export interface Slice {
  readonly records: number;
  readonly ranges: readonly Range[];
  readonly slots: readonly SlotRun[];
  /** Tokens that each slot counts for, if tokens are limited. */
  readonly tokens?: number;
  /** Name of the activity in the Web UI. */
  readonly summary: string;
}

export function cutIntoSlices(wave: Wave, recordsPerSlice: number): Slice[] {
  const slices: Slice[] = [];
  let ranges: readonly Range[] = wave.ranges;
  let slots: readonly SlotRun[] = wave.slots;
  while (ranges.length > 0) {
    const taken = takePositions(ranges, recordsPerSlice);
    const end = taken.at(-1)?.[1] ?? 0;
    const records = countPositions(taken);
    const [own, rest] = splitSlots(slots, records);
    slices.push({
      records,
      ranges: taken,
      slots: own,
      ...defined({ tokens: wave.tokens }),
      summary: summaryOf(taken, wave, slices.length),
    });
    ranges = rangesFrom(ranges, end);
    slots = rest;
  }
  return slices;
}

function summaryOf(ranges: readonly Range[], wave: Wave, index: number): string {
  const label = wave.labels?.[index];
  const first = (ranges[0]?.[0] ?? 0) + 1;
  const last = ranges.at(-1)?.[1] ?? first;
  if (label !== undefined) return `#${first} ${label}`;
  return first === last ? `#${first}` : `#${first}–${last}`;
}
