/** Estimates the time of a group's calls, as a range, and names the limit that decides it. */
import { expectedMs } from "../rates/expected-time.js";
import type { GroupRates } from "../rates/rates.js";
import type { Bounds } from "./bounds.js";

/** The limit that determines the time of a group's calls. */
export type Binding = "requests" | "requests-per-day" | "tokens" | "in-flight";

export interface TimedWork {
  readonly calls: number;
  readonly mostTurns: number;
  /** Tokens of prompts and answers together. */
  readonly tokens: Bounds;
  /** Time of one call in ms. */
  readonly latencyMs: Bounds;
}

export interface EstimatedTime {
  readonly timeMs: Bounds;
  readonly boundBy: Binding;
}

/** Assumed time of one call in ms if there are no earlier answers. */
export const assumedLatencyMs: Bounds = { low: 300, high: 30_000 };

/** Factor by which retries and pauses increase the time of the limits. */
const slowdown = 1.05;
const minuteMs = 60_000;

/**
 * Estimates the time without outages and without other users of the limits. The lower bound assumes
 * the fewest tokens and the fastest answers, the upper bound the most tokens and the slowest
 * answers.
 */
export function estimateTime(work: TimedWork, rates: GroupRates): EstimatedTime {
  const { calls, mostTurns, tokens, latencyMs } = work;
  if (calls === 0) return { timeMs: { low: 0, high: 0 }, boundBy: "requests" };
  const requests = expectedMs({ calls, ...rates });
  const hasDays = rates.requestsPerDay !== undefined && calls > rates.requestsPerDay.requests;
  const { tokensPerMinute = Infinity, inFlight = Infinity } = rates;
  const timesAt = (end: keyof Bounds): readonly (readonly [Binding, number])[] => [
    [hasDays ? "requests-per-day" : "requests", requests],
    // The first call is sent at once.
    ["tokens", (tokens[end] / tokensPerMinute) * ((calls - 1) / calls) * minuteMs],
    ["in-flight", (calls / inFlight) * latencyMs[end]],
  ];
  const low = longestOf(timesAt("low"));
  const high = longestOf(timesAt("high"));
  // The calls of a chat are sent one after the other, and the last answer comes after the last
  // call.
  const timeMs = {
    low: Math.max(low[1] + latencyMs.low, mostTurns * latencyMs.low),
    high: high[1] * slowdown + mostTurns * latencyMs.high,
  };
  return { timeMs, boundBy: high[0] };
}

function longestOf(times: readonly (readonly [Binding, number])[]): readonly [Binding, number] {
  return times.reduce((longest, each) => (each[1] > longest[1] ? each : longest));
}
