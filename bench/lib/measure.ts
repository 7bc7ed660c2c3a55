import type { Call } from "./call-log.js";

/** The pace of calls, from their arrival times. */
export interface Pace {
  readonly calls: number;
  /** Time from the first to the last arrival, in ms. */
  readonly spanMs: number;
  /** n − 1 calls divided by the time from the first to the last arrival. */
  readonly perMinute: number;
  readonly maxPerMinute: number;
  readonly maxPerSecond: number;
  /** Gaps between consecutive arrivals, in ms. */
  readonly gapMs: { readonly p50: number; readonly p99: number; readonly max: number };
}

function arrivals(calls: readonly Call[]): Float64Array {
  return Float64Array.from(calls, (call) => call.arrivedAt).sort();
}

export function measurePace(calls: readonly Call[]): Pace {
  const times = arrivals(calls);
  const spanMs = times.length < 2 ? 0 : (times.at(-1) ?? 0) - (times[0] ?? 0);
  const gaps = Float64Array.from(times.subarray(1), (time, index) => time - (times[index] ?? 0));
  return {
    calls: times.length,
    spanMs,
    perMinute: spanMs === 0 ? 0 : ((times.length - 1) * 60_000) / spanMs,
    maxPerMinute: mostWithin(times, 60_000),
    maxPerSecond: mostWithin(times, 1_000),
    gapMs: { p50: percentile(gaps, 0.5), p99: percentile(gaps, 0.99), max: percentile(gaps, 1) },
  };
}

/**
 * Returns the maximum number of the sorted `times` in any window of `windowMs`, excluding its end.
 */
export function mostWithin(times: Float64Array, windowMs: number): number {
  let most = 0;
  let first = 0;
  times.forEach((time, index) => {
    while ((times[first] ?? time) <= time - windowMs) first += 1;
    most = Math.max(most, index - first + 1);
  });
  return most;
}

/**
 * Returns the maximum number of calls in any minute: the limit + max(1, the calls of `slackMs`).
 * The slack is 50 ms, and 300 ms for a minute with a kill or a stall.
 */
export function allowedPerMinute(requestsPerMinute: number, slackMs: number): number {
  return requestsPerMinute + Math.max(1, (requestsPerMinute * slackMs) / 60_000);
}

/** Returns the value that a share of `values` does not exceed; 0 if there are none. */
export function percentile(values: ArrayLike<number>, share: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0;
}

/** Returns the number of additional calls of each id after its first, answered or not. */
export function countRepeats(calls: readonly Call[]): number {
  return calls.length - new Set(calls.map((call) => call.id)).size;
}

/**
 * Returns the maximum number of concurrent calls. A call without an end counts up to the last known
 * time.
 */
export function mostInFlight(calls: readonly Call[]): number {
  const steps = calls.flatMap((call) => [
    { at: call.arrivedAt, change: 1 },
    { at: call.endedAt === 0 ? Number.POSITIVE_INFINITY : call.endedAt, change: -1 },
  ]);
  steps.sort((a, b) => a.at - b.at || a.change - b.change);
  let inFlight = 0;
  let most = 0;
  for (const { change } of steps) {
    inFlight += change;
    most = Math.max(most, inFlight);
  }
  return most;
}

/**
 * Returns the number of calls in flight at a time, from their sender's view. Calls that ended up to
 * `syncMs` earlier on the server may not have been on disk yet. Calls that arrived up to 50 ms
 * later were sent before that time.
 */
export function inFlightAt(calls: readonly Call[], at: number, syncMs = 250): number {
  return calls.filter(
    ({ arrivedAt, endedAt }) => arrivedAt <= at + 50 && (endedAt === 0 || endedAt >= at - syncMs),
  ).length;
}

export interface ReturnOfPace {
  /** Time at which the missing part was available again. */
  readonly sinceMs: number;
  readonly requestsPerMinute: number;
  /** Length of the window in ms. @default 2_000 */
  readonly windowMs?: number;
}

/**
 * Returns the time in ms after `sinceMs` until the calls had their full pace: the start of the
 * first window with 90 % of the calls that the rate allows. `undefined` if there is no such window
 * yet.
 */
export function paceReturnedAfter(
  calls: readonly Call[],
  { sinceMs, requestsPerMinute, windowMs = 2_000 }: ReturnOfPace,
): number | undefined {
  const times = arrivals(calls).filter((time) => time >= sinceMs);
  const wanted = Math.max(1, Math.floor((requestsPerMinute * windowMs * 0.9) / 60_000));
  const start = times.findIndex((time, index) => {
    const last = times[index + wanted - 1];
    return last !== undefined && last < time + windowMs;
  });
  const at = times[start];
  return at === undefined ? undefined : at - sinceMs;
}

/** Returns the calls that arrived from `fromMs` (inclusive) to `toMs` (exclusive). */
export function callsBetween(calls: readonly Call[], fromMs: number, toMs: number): Call[] {
  return calls.filter(({ arrivedAt }) => arrivedAt >= fromMs && arrivedAt < toMs);
}
