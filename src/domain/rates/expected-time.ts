import type { GroupRates } from "./rates.js";

interface Work extends Pick<GroupRates, "requestsPerMinute" | "requestsPerDay"> {
  readonly calls: number;
}

const minuteMs = 60_000;
const dayMs = 86_400_000;

/**
 * Returns the time to send a group's calls in ms, without retries and without other users of its
 * limit. Tokens and concurrent calls are not included, because their effect is not known in
 * advance.
 */
export function expectedMs({ calls, requestsPerMinute, requestsPerDay }: Work): number {
  if (calls === 0) return 0;
  if (!requestsPerDay) return paceMs(calls, requestsPerMinute);
  const wholeDays = Math.ceil(calls / requestsPerDay.requests) - 1;
  const onLastDay = calls - wholeDays * requestsPerDay.requests;
  return Math.max(
    paceMs(calls, requestsPerMinute),
    wholeDays * dayMs + paceMs(onLastDay, requestsPerMinute),
  );
}

/** Returns the time for groups that are sent concurrently, in ms. */
export function expectedMsOfAll(groups: readonly Work[]): number {
  return Math.max(0, ...groups.map(expectedMs));
}

/** Returns the time at a rate in ms. The first call is sent at once. */
function paceMs(calls: number, requestsPerMinute: number): number {
  return (Math.max(0, calls - 1) / requestsPerMinute) * minuteMs;
}
