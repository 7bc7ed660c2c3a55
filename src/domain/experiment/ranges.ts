/**
 * Positions of records as ranges: sorted, disjoint, not touching. Few records of a large group need
 * few ranges, which makes this form small enough for Temporal's messages.
 */

/** The positions from `start` (inclusive) to `end` (exclusive). */
export type Range = readonly [start: number, end: number];

/** Maximum number of ranges in a message: about 40 KB of the 2 MiB that the server accepts. */
const mostRanges = 2_000;

/** Ranges that fit into a message. */
export interface FewRanges {
  readonly ranges: readonly Range[];
  /** True if there were too many and some were joined, including the positions between them. */
  readonly coarse: boolean;
}

/** Sorts the ranges, joins those that overlap or touch, and drops empty ones. */
export function mergeRanges(ranges: readonly Range[]): Range[] {
  const sorted = ranges.filter(([start, end]) => start < end).sort((a, b) => a[0] - b[0]);
  const merged: Range[] = [];
  for (const [start, end] of sorted) {
    const last = merged.at(-1);
    if (last && start <= last[1]) {
      merged[merged.length - 1] = [last[0], Math.max(last[1], end)];
    } else {
      merged.push([start, end]);
    }
  }
  return merged;
}

/** Reduces `ranges` to at most `most` ranges that cover them, by joining the nearest ones. */
export function coarsen(ranges: readonly Range[], most: number): Range[] {
  if (ranges.length <= most) return [...ranges];
  const gaps = ranges.slice(1).map(([start], index) => start - (ranges[index]?.[1] ?? start));
  const widest = [...gaps].sort((a, b) => b - a)[most - 2] ?? Infinity;
  let kept = most - 1 - gaps.filter((gap) => gap > widest).length;
  const coarse: Range[] = [];
  for (const [index, range] of ranges.entries()) {
    const gap = gaps[index - 1] ?? Infinity;
    const stays = gap > widest || (gap === widest && kept-- > 0);
    const last = coarse.at(-1);
    if (last && !stays) coarse[coarse.length - 1] = [last[0], range[1]];
    else coarse.push(range);
  }
  return coarse;
}

/** @param ranges sorted and disjoint */
export function fewRanges(ranges: readonly Range[], most: number = mostRanges): FewRanges {
  return { ranges: coarsen(ranges, most), coarse: ranges.length > most };
}

/** Adds a position at or after the end of all ranges. */
export function addPosition(ranges: Range[], position: number): void {
  const last = ranges.at(-1);
  if (last?.[1] === position) ranges[ranges.length - 1] = [last[0], position + 1];
  else ranges.push([position, position + 1]);
}

export function countPositions(ranges: readonly Range[]): number {
  return ranges.reduce((sum, [start, end]) => sum + (end - start), 0);
}

/** Returns the part of `ranges` from `position` on. */
export function rangesFrom(ranges: readonly Range[], position: number): Range[] {
  return ranges
    .filter(([, end]) => end > position)
    .map(([start, end]) => [Math.max(start, position), end]);
}

/** Returns the part of `ranges` before `position`. */
export function rangesBefore(ranges: readonly Range[], position: number): Range[] {
  return ranges
    .filter(([start]) => start < position)
    .map(([start, end]) => [start, Math.min(end, position)]);
}

/** Returns the first `count` positions of `ranges`, as ranges. */
export function takePositions(ranges: readonly Range[], count: number): Range[] {
  const taken: Range[] = [];
  let wanted = count;
  for (const [start, end] of ranges) {
    if (wanted <= 0) break;
    const stop = Math.min(end, start + wanted);
    taken.push([start, stop]);
    wanted -= stop - start;
  }
  return taken;
}

export function rangesOf(positions: readonly number[]): Range[] {
  return mergeRanges(positions.map((position) => [position, position + 1]));
}

export function* positionsOf(ranges: readonly Range[]): Generator<number> {
  for (const [start, end] of ranges) {
    for (let position = start; position < end; position += 1) yield position;
  }
}
