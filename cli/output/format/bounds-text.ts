import { formatMoney } from "../../../src/domain/money/format-money.js";
import type { Bounds } from "../../../src/domain/plan/bounds.js";
import { formatDuration } from "../../../src/settings/duration.js";

const compact = new Intl.NumberFormat("en-US", {
  notation: "compact",
  maximumSignificantDigits: 3,
});

/** Formats a range of counts as `12.3K–48K`, or as one number if both bounds look the same. */
export function countBounds(bounds: Bounds): string {
  return both(bounds, (count) => compact.format(count));
}

/** Formats a range of dollars as `$0.12–$4.30`. */
export function moneyBounds(bounds: Bounds): string {
  return both(bounds, (dollars) => formatMoney(estimated(dollars)));
}

/** Formats a range of times as `1h 40m–1h 45m`. */
export function timeBounds(bounds: Bounds): string {
  return both(bounds, formatDuration);
}

/** Rounds to two significant digits below a dollar, because an estimate is not more exact. */
function estimated(dollars: number): number {
  return dollars < 1 ? Number(dollars.toPrecision(2)) : dollars;
}

function both({ low, high }: Bounds, format: (value: number) => string): string {
  const [from, to] = [format(low), format(high)];
  return from === to ? from : `${from}–${to}`;
}
