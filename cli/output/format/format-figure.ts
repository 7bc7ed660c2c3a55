interface Interval {
  readonly low: number;
  readonly high: number;
}

const digits = new Intl.NumberFormat("en-US", { maximumSignificantDigits: 4 });
const signed = new Intl.NumberFormat("en-US", {
  maximumSignificantDigits: 4,
  signDisplay: "exceptZero",
});

/** Formats a mean or a score, `0.8333`; empty if there is none. */
export function formatFigure(value: number | undefined): string {
  return value === undefined ? "" : digits.format(value);
}

/** Formats an interval, `0.71 to 0.92`; empty if there is none. */
export function formatInterval(interval: Interval | undefined): string {
  return interval ? `${digits.format(interval.low)} to ${digits.format(interval.high)}` : "";
}

/** Formats a difference, `+0.125`; empty if there is none. */
export function formatDifference(value: number | undefined): string {
  return value === undefined ? "" : signed.format(value);
}

export function formatDifferences(interval: Interval | undefined): string {
  return interval ? `${signed.format(interval.low)} to ${signed.format(interval.high)}` : "";
}
