import type { DailyQuota } from "./rates.js";

const minuteMs = 60_000;
const hourMs = 3_600_000;
const dayMs = 86_400_000;
/** The clock may be set back in a day, and be an odd number of minutes off. */
export const longestDayMs = 27 * hourMs;

/**
 * When a day's count starts anew, after `nowMs`: at the quota's hour in its time zone. Where the clock is set forward over
 * that hour, at the moment after it; where the hour comes twice, at its first beginning. Throws `RangeError` for a time
 * zone that nobody knows.
 */
export function nextReset(quota: DailyQuota, nowMs: number): number {
  const dayOf = daysOf(quota);
  const today = dayOf(nowMs);
  let no = Math.floor(nowMs / minuteMs);
  let yes = no + longestDayMs / minuteMs;
  while (yes - no > 1) {
    const middle = Math.floor((no + yes) / 2);
    if (dayOf(middle * minuteMs) > today) yes = middle;
    else no = middle;
  }
  return yes * minuteMs;
}

/** The number of the day that an instant is counted to; it begins at the reset. */
function daysOf({ resetHour, timeZone }: DailyQuota): (atMs: number) => number {
  const format = new Intl.DateTimeFormat("en", {
    timeZone,
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    hourCycle: "h23",
  });
  return (atMs) => {
    const parts = format.formatToParts(atMs);
    const partOf = (type: Intl.DateTimeFormatPartTypes): number =>
      Number(parts.find((part) => part.type === type)?.value);
    const date = Date.UTC(partOf("year"), partOf("month") - 1, partOf("day")) / dayMs;
    return partOf("hour") >= resetHour ? date : date - 1;
  };
}
