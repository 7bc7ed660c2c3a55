/** The expected end of a group, from its rate and from the records that ended recently. */

export interface ExpectedEnd {
  /** Expected end in ms since the epoch. The bounds have the same unit. */
  readonly atMs: number;
  readonly earliestMs: number;
  readonly latestMs: number;
}

export interface PaceFacts {
  /** Number of records without an outcome. */
  readonly left: number;
  /** Time for the records in `left` at the group's own rates, in ms. */
  readonly expectedMs: number;
  /** Number of records that got an outcome within `windowMs`. */
  readonly ended: number;
  readonly windowMs: number;
  /** True if only the group's own rates delay it. The time is then exact. */
  readonly atOwnRate: boolean;
  readonly startsAtMs?: number;
}

const leastEnded = 5;
const leastWindowMs = 4_000;
const leastError = 0.02;
const unknownError = 0.25;

/**
 * Returns `undefined` if there is neither a rate nor a measurement, as for rows that ask no model.
 *
 * @param nowMs time from which the records are sent, in ms since the epoch, if `startsAtMs` is not
 *   set
 */
export function expectedEnd(facts: PaceFacts, nowMs: number): ExpectedEnd | undefined {
  const { ended, expectedMs, atOwnRate, startsAtMs = nowMs } = facts;
  const measuredMs = measured(facts);
  const leftMs = atOwnRate || measuredMs === undefined ? expectedMs : measuredMs;
  if (!Number.isFinite(leftMs)) return undefined;
  // The standard error of a count of n events is the square root of n.
  const counted = measuredMs === undefined ? unknownError : 1 / Math.sqrt(ended);
  const error = atOwnRate ? leastError : Math.max(leastError, counted);
  return {
    atMs: Math.round(startsAtMs + leftMs),
    earliestMs: Math.round(startsAtMs + leftMs * (1 - error)),
    latestMs: Math.round(startsAtMs + leftMs * (1 + error)),
  };
}

function measured({ left, ended, windowMs }: PaceFacts): number | undefined {
  if (ended < leastEnded || windowMs < leastWindowMs) return undefined;
  return (left * windowMs) / ended;
}

/** Returns the last end. Groups run at the same time, so the last one counts. */
export function lastEnd(ends: readonly ExpectedEnd[]): ExpectedEnd | undefined {
  if (ends.length === 0) return undefined;
  return {
    atMs: Math.max(...ends.map(({ atMs }) => atMs)),
    earliestMs: Math.max(...ends.map(({ earliestMs }) => earliestMs)),
    latestMs: Math.max(...ends.map(({ latestMs }) => latestMs)),
  };
}
