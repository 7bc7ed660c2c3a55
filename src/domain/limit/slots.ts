/**
 * Slots at equal distances: the times `firstAtMs + i * intervalMs` for `i` from 0 to `count - 1`,
 * in the limit's time.
 */
export interface SlotRun {
  readonly firstAtMs: number;
  readonly intervalMs: number;
  readonly count: number;
}

export function countSlots(runs: readonly SlotRun[]): number {
  return runs.reduce((sum, run) => sum + run.count, 0);
}

export function* instantsOf(runs: readonly SlotRun[]): Generator<number> {
  for (const { firstAtMs, intervalMs, count } of runs) {
    for (let index = 0; index < count; index += 1) yield firstAtMs + index * intervalMs;
  }
}

/** Cuts `count` slots off the front. Returns `[taken, rest]`. */
export function splitSlots(
  runs: readonly SlotRun[],
  count: number,
): [taken: SlotRun[], rest: SlotRun[]] {
  const taken: SlotRun[] = [];
  const rest: SlotRun[] = [];
  let wanted = count;
  for (const run of runs) {
    const here = Math.min(run.count, wanted);
    if (here > 0) taken.push({ ...run, count: here });
    if (here < run.count) {
      rest.push({
        firstAtMs: run.firstAtMs + here * run.intervalMs,
        intervalMs: run.intervalMs,
        count: run.count - here,
      });
    }
    wanted -= here;
  }
  return [taken, rest];
}

/** Returns the slots at or after a time. */
export function slotsFrom(runs: readonly SlotRun[], fromMs: number): SlotRun[] {
  return runs.flatMap((run) => {
    const { firstAtMs, intervalMs, count } = run;
    if (firstAtMs >= fromMs) return [run];
    const before = intervalMs === 0 ? count : Math.ceil((fromMs - firstAtMs) / intervalMs);
    return splitSlots([run], Math.min(count, before))[1];
  });
}

/** Appends slots at equal distances. Extends the last run if the slots continue it. */
export function appendRun(runs: readonly SlotRun[], run: SlotRun): SlotRun[] {
  const { firstAtMs, intervalMs, count } = run;
  if (count === 0) return [...runs];
  if (count === 1) return appendSlot(runs, firstAtMs);
  const last = runs.at(-1);
  const lastAtMs = lastInstant(runs) ?? -Infinity;
  if (!last || !isNear(firstAtMs - lastAtMs, intervalMs)) return [...runs, run];
  const before = runs.slice(0, -1);
  if (last.count === 1)
    return [...before, { firstAtMs: last.firstAtMs, intervalMs, count: count + 1 }];
  // A small difference adds up with each slot.
  if (!isNear(last.intervalMs * count, intervalMs * count)) return [...runs, run];
  return [...before, { ...last, count: last.count + count }];
}

function isNear(oneMs: number, otherMs: number): boolean {
  return Math.abs(oneMs - otherMs) < 0.01;
}

/**
 * Appends one slot. Extends the last run if the distance fits (within a hundredth of a
 * millisecond).
 */
export function appendSlot(runs: readonly SlotRun[], atMs: number): SlotRun[] {
  const last = runs.at(-1);
  if (!last) return [{ firstAtMs: atMs, intervalMs: 0, count: 1 }];
  const lastAt = last.firstAtMs + (last.count - 1) * last.intervalMs;
  const distance = atMs - lastAt;
  const grown =
    last.count === 1
      ? { firstAtMs: last.firstAtMs, intervalMs: distance, count: 2 }
      : { ...last, count: last.count + 1 };
  const fits = last.count === 1 || isNear(distance, last.intervalMs);
  return fits
    ? [...runs.slice(0, -1), grown]
    : [...runs, { firstAtMs: atMs, intervalMs: 0, count: 1 }];
}

export function lastInstant(runs: readonly SlotRun[]): number | undefined {
  const last = runs.at(-1);
  return last && last.firstAtMs + (last.count - 1) * last.intervalMs;
}
