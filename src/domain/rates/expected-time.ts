import type { GroupRates } from "./rates.js";

interface Work extends Pick<GroupRates, "requestsPerMinute" | "requestsPerDay"> {
  readonly calls: number;
}

const minuteMs = 60_000;
const dayMs = 86_400_000;

/**
 * Time to send a group's calls, in milliseconds, without retries and without other users of its
 * limit. Tokens and concurrent calls are not included, because their effect is not known before.
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

/** The time for groups that are sent concurrently. */
export function expectedMsOfAll(groups: readonly Work[]): number {
  return Math.max(0, ...groups.map(expectedMs));
}

/** The first call is sent at once. */
function paceMs(calls: number, requestsPerMinute: number): number {
  return (Math.max(0, calls - 1) / requestsPerMinute) * minuteMs;
}
