import type { DailyQuota } from "./rates.js";

const minuteMs = 60_000;
const hourMs = 3_600_000;
const dayMs = 86_400_000;
/**
 * Maximum length of a day in ms. The clock may be set back within a day, by any number of minutes.
 */
export const longestDayMs = 27 * hourMs;

/**
 * Returns the time after `nowMs` at which the day's count resets: the quota's hour in its time
 * zone. If the clock skips that hour, the reset is the moment after it; if the hour occurs twice,
 * its first start. Throws a `RangeError` for an unknown time zone.
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

/** Returns a function that numbers the day of an instant. A day begins at the reset. */
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
