/**
 * How many records go with one lease and with one activity.
 *
 * At ordinary rates a record has an activity of its own, so that the Web UI shows it by name. A local server carries
 * some 100 to 250 activities a second, so above 20 a second for an experiment an activity carries a slice of several.
 */
import { horizonMs, intervalMs, leadMs, minuteMs } from "../limit/state.js";
import { pageSizes } from "./sizes.js";
import type { PageSizes } from "./sizes.js";
import { lastInstant } from "../limit/slots.js";
import type { SlotRun } from "../limit/slots.js";

/** @param otherRequestsPerMinute of the experiment's other groups together */
export function recordsPerSlice(
  requestsPerMinute: number,
  otherRequestsPerMinute: number,
  { activitiesPerSecond, largestSlice }: PageSizes = pageSizes,
): number {
  const perSecond = ((requestsPerMinute + otherRequestsPerMinute) * 1_000) / minuteMs;
  return Math.min(largestSlice, Math.max(1, Math.ceil(perSecond / activitiesPerSecond)));
}

/** As many as a lease can reach. */
export function recordsPerWave(requestsPerMinute: number): number {
  return Math.max(1, Math.ceil((requestsPerMinute * horizonMs) / minuteMs));
}

/** The same in tokens. */
export function tokensPerWave(tokensPerMinute: number): number {
  return (tokensPerMinute * horizonMs) / minuteMs;
}

/**
 * How late for its slot a record may still go: by the distance of two slots, within 50 and 250 ms. A minute may have one
 * call more than the limit (above 1,200 a minute those of 50 ms), and slots leave it 60 ms of slack: at 1,200 a minute
 * and more that is 60 ms for the send itself.
 */
export function allowedLatenessMs(requestsPerMinute: number): number {
  return Math.min(250, Math.max(50, intervalMs(requestsPerMinute)));
}

/** How long until the slots of a wave are nearly used up and the next may be had; 0 or less: at once. */
export function wakeInMs(slots: readonly SlotRun[], nowMs: number): number {
  const last = slots.at(-1);
  const lastAtMs = lastInstant(slots);
  if (!last || lastAtMs === undefined) return 0;
  return lastAtMs + last.intervalMs - leadMs - nowMs;
}
