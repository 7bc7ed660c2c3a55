function two(value: number): string {
  return value.toString().padStart(2, "0");
}

/** Returns the stamp of a time, `DD-MM-YYYY-HH-MM-SS`, in local time. */
export function stampOf(date: Date): string {
  const year = date.getFullYear().toString().padStart(4, "0");
  return [
    `${two(date.getDate())}-${two(date.getMonth() + 1)}-${year}`,
    `${two(date.getHours())}-${two(date.getMinutes())}-${two(date.getSeconds())}`,
  ].join("-");
}

/** Returns `DD-MM-YYYY, HH:MM` in local time, the start of each line in the log file. */
export function logTime(date: Date): string {
  const [day, month, year, hour, minute] = stampOf(date).split("-");
  return `${day ?? ""}-${month ?? ""}-${year ?? ""}, ${hour ?? ""}:${minute ?? ""}`;
}

const stampForm = /^(\d\d)-(\d\d)-(\d{4})-(\d\d)-(\d\d)-(\d\d)$/;

export function isStamp(text: string): boolean {
  return stampForm.test(text);
}

/** Returns the instant of a stamp in ms since the epoch, or `undefined` for an invalid stamp. */
export function instantOfStamp(stamp: string): number | undefined {
  const match = stampForm.exec(stamp);
  if (!match) return undefined;
  const [day = 0, month = 0, year = 0, hour = 0, minute = 0, second = 0] = match
    .slice(1)
    .map(Number);
  return new Date(year, month - 1, day, hour, minute, second).getTime();
}
