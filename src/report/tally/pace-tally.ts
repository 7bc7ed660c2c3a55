import type { ReportCall } from "../../domain/report/report-row.js";
import type { Pace } from "../../domain/report/run-report.js";

export type PaceLimits = Pace["limits"];

/** Counts sends over time. Stores the time of each send. */
export interface PaceTally {
  add: (call: ReportCall) => void;
  /** Returns the pace; `undefined` if nothing was sent. */
  pace: (limits: PaceLimits) => Pace | undefined;
}

/** Widths of buckets in seconds. These numbers are common for times. */
const widths = [
  1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 14_400, 43_200, 86_400,
];
const mostBuckets = 120;
/**
 * Minimum number of calls per bucket. With fewer calls, the rate per minute would jump by more than
 * a tenth for each call.
 */
const callsABucket = 10;
const fewestBuckets = 10;

export function createPaceTally(): PaceTally {
  const answered: number[] = [];
  const failed: number[] = [];
  return {
    add({ sentAt, end }) {
      if (sentAt > 0 && end !== "reused") (end === "answered" ? answered : failed).push(sentAt);
    },
    pace(limits) {
      const [first, last] = rangeOf([answered, failed]);
      if (first > last) return undefined;
      const bucketMs = bucketMsFor(last - first, answered.length + failed.length);
      const startMs = Math.floor(first / bucketMs) * bucketMs;
      const length = Math.floor((last - startMs) / bucketMs) + 1;
      const count = (sends: readonly number[]): number[] => {
        const buckets = new Array<number>(length).fill(0);
        for (const send of sends) {
          const bucket = Math.floor((send - startMs) / bucketMs);
          buckets[bucket] = (buckets[bucket] ?? 0) + 1;
        }
        return buckets;
      };
      return { startMs, bucketMs, answered: count(answered), failed: count(failed), limits };
    },
  };
}

function rangeOf(all: readonly (readonly number[])[]): readonly [first: number, last: number] {
  let first = Infinity;
  let last = -Infinity;
  for (const sends of all) {
    for (const send of sends) {
      first = Math.min(first, send);
      last = Math.max(last, send);
    }
  }
  return [first, last];
}

/** Returns the narrowest usual width that leads to few enough buckets with enough calls each. */
function bucketMsFor(durationMs: number, calls: number): number {
  const most = Math.min(mostBuckets, Math.max(fewestBuckets, calls / callsABucket));
  const width = widths.find((seconds) => durationMs / (seconds * 1_000) < most);
  if (width !== undefined) return width * 1_000;
  const days = Math.ceil(durationMs / 86_400_000 / mostBuckets);
  return days * 86_400_000;
}
