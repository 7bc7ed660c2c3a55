/** Slots at equal distances: the instants `firstAtMs + i * intervalMs` for `i` from 0 to `count - 1`, in the limit's time. */
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

/** Cuts `count` slots off the front: `[taken, rest]`. */
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

/** Appends one instant, growing the last run where the distance fits (within a hundredth of a millisecond). */
export function appendSlot(runs: readonly SlotRun[], atMs: number): SlotRun[] {
  const last = runs.at(-1);
  if (!last) return [{ firstAtMs: atMs, intervalMs: 0, count: 1 }];
  const lastAt = last.firstAtMs + (last.count - 1) * last.intervalMs;
  const distance = atMs - lastAt;
  const grown =
    last.count === 1
      ? { firstAtMs: last.firstAtMs, intervalMs: distance, count: 2 }
      : { ...last, count: last.count + 1 };
  const fits = last.count === 1 || Math.abs(distance - last.intervalMs) < 0.01;
  return fits
    ? [...runs.slice(0, -1), grown]
    : [...runs, { firstAtMs: atMs, intervalMs: 0, count: 1 }];
}

export function lastInstant(runs: readonly SlotRun[]): number | undefined {
  const last = runs.at(-1);
  return last && last.firstAtMs + (last.count - 1) * last.intervalMs;
}
