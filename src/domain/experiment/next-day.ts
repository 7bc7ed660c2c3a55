import { mergeRanges } from "./ranges.js";
import type { Range } from "./ranges.js";

/** Rows that need a model whose daily quota is used up. */
export interface NextDay {
  readonly ranges: readonly Range[];
  /** Time at which the first of these models allows calls again, in ms since the epoch. */
  readonly atMs: number;
}

export function joinDays(
  one: NextDay | undefined,
  other: NextDay | undefined,
): NextDay | undefined {
  if (!one || !other) return one ?? other;
  const ranges = mergeRanges([...one.ranges, ...other.ranges]);
  return { ranges, atMs: Math.min(one.atMs, other.atMs) };
}

interface Waits {
  readonly waitsUntilMs?: number | undefined;
  readonly nextDay?: NextDay | undefined;
}

/**
 * Returns the time in ms since the epoch at which the group, or some of its rows, may continue;
 * `undefined` if nothing waits for a new day.
 */
export function waitEndsAtMs({ waitsUntilMs, nextDay }: Waits): number | undefined {
  return nextDay ? Math.min(nextDay.atMs, waitsUntilMs ?? Infinity) : waitsUntilMs;
}

interface Work {
  readonly remaining: readonly Range[];
  readonly left: readonly Range[];
  readonly pages: readonly { readonly sent: unknown }[];
}

/** Returns the time of `waitEndsAtMs` if the group has nothing else to send until then. */
export function idleUntilMs(state: Waits & Work): number | undefined {
  const isBusy = state.remaining.length + state.left.length > 0;
  const isSending = state.pages.some(({ sent }) => sent === null);
  return isBusy || isSending ? state.waitsUntilMs : waitEndsAtMs(state);
}
