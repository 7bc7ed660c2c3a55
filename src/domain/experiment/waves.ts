/**
 * The number of records per lease and per activity.
 *
 * At ordinary rates each record has its own activity, which the Web UI shows by name. A local
 * server handles about 100 to 250 activities per second. If an experiment sends more than 20
 * records per second, an activity carries several records, and at more than 100 per second those
 * of 200 ms. With many groups, an activity carries
 * the records of a longer time (`spanMs`), and only the first of them come with slots.
 */
import { horizonMs, intervalMs, leadMs, minuteMs, slotIntervalMs } from "../limit/state.js";
import { countPositions } from "./ranges.js";
import type { Range } from "./ranges.js";
import { pageSizes } from "./sizes.js";
import type { PageSizes } from "./sizes.js";
import { countSlots, lastInstant } from "../limit/slots.js";
import type { SlotRun } from "../limit/slots.js";

/** @param otherRequestsPerMinute total rate of the experiment's other groups */
export function recordsPerSlice(
  requestsPerMinute: number,
  otherRequestsPerMinute: number,
  { activitiesPerSecond, largestSlice, spanMs = 0, smallestSlice = 1 }: PageSizes = pageSizes,
): number {
  const perSecond = ((requestsPerMinute + otherRequestsPerMinute) * 1_000) / minuteMs;
  const forTheServer = Math.ceil(perSecond / activitiesPerSecond);
  const inTheSpan = Math.ceil((requestsPerMinute * spanMs) / minuteMs);
  return Math.min(largestSlice, Math.max(smallestSlice, forTheServer, inTheSpan));
}

const longestLatenessMs = 2_500;

/** Returns the number of records that one lease can cover. */
export function recordsPerWave(requestsPerMinute: number): number {
  return Math.max(1, Math.ceil((requestsPerMinute * horizonMs) / minuteMs));
}

/** Returns the number of tokens that one lease can cover. */
export function tokensPerWave(tokensPerMinute: number): number {
  return (tokensPerMinute * horizonMs) / minuteMs;
}

/**
 * Returns the maximum delay of a record after the time of its slot, in ms: the interval of two
 * slots, between 50 and 250 ms. A minute may contain one call more than the limit (above 1,200 per
 * minute, the calls of 50 ms). Slots leave 60 ms of slack for this; at 1,200 per minute or more,
 * the send itself may use all of it.
 *
 * At a limit of less than 120 per minute, half the interval of its slots is allowed, up to 2.5 s. A
 * minute then still contains at most one call more. A busy server takes this long to answer a
 * lease, so a new lease would be equally late.
 *
 * @param ofLimit rate of the limit, whose other calls may be late too; `undefined` if unknown
 */
export function allowedLatenessMs(requestsPerMinute: number, ofLimit?: number): number {
  const usualMs = Math.min(250, Math.max(50, intervalMs(requestsPerMinute)));
  if (ofLimit === undefined) return usualMs;
  const rate = Math.max(requestsPerMinute, ofLimit);
  return Math.max(usualMs, Math.min(longestLatenessMs, intervalMs(rate) / 2));
}

/**
 * Returns the time in ms until the slots of a wave are nearly used up and the next lease is needed.
 * 0 or less means at once.
 */
export function wakeInMs(slots: readonly SlotRun[], nowMs: number): number {
  const last = slots.at(-1);
  const lastAtMs = lastInstant(slots);
  if (!last || lastAtMs === undefined) return 0;
  return lastAtMs + last.intervalMs - leadMs - nowMs;
}

/**
 * Returns the time in ms until the next lease, for a wave whose last records have no slot. These
 * records are sent at the group's rate.
 */
export function nextWaveInMs(
  { ranges, slots }: { readonly ranges: readonly Range[]; readonly slots: readonly SlotRun[] },
  requestsPerMinute: number,
  nowMs: number,
): number {
  const withoutSlot = Math.max(0, countPositions(ranges) - countSlots(slots));
  return wakeInMs(slots, nowMs) + withoutSlot * slotIntervalMs(requestsPerMinute);
}
