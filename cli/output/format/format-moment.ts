/**
 * Formats a time as `2026-11-21 10:43:19`, in the user's time zone. @param atMs time in ms since
 * the epoch
 */
export function formatMoment(atMs: number): string {
  const date = new Date(atMs);
  const day = twoDigits(date.getFullYear(), date.getMonth() + 1, date.getDate()).join("-");
  return `${day} ${formatClock(atMs)}`;
}

/** Formats a time as `10:43:19`, in the user's time zone. @param atMs time in ms since the epoch */
export function formatClock(atMs: number): string {
  const date = new Date(atMs);
  return twoDigits(date.getHours(), date.getMinutes(), date.getSeconds()).join(":");
}

/** Formats a time of day, with the date if it is not today. */
export function formatTime(atMs: number, nowMs: number): string {
  const isToday = new Date(atMs).toDateString() === new Date(nowMs).toDateString();
  return isToday ? formatClock(atMs) : formatMoment(atMs);
}

function twoDigits(...values: readonly number[]): string[] {
  return values.map((value) => value.toString().padStart(2, "0"));
}
