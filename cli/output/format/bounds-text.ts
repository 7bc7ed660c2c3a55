import { formatMoney } from "../../../src/domain/money/format-money.js";
import type { Bounds } from "../../../src/domain/plan/bounds.js";
import { formatDuration } from "../../../src/settings/duration.js";

const compact = new Intl.NumberFormat("en-US", {
  notation: "compact",
  maximumSignificantDigits: 3,
});

/** `12.3K–48K`, or one number if both ends look the same. */
export function countBounds(bounds: Bounds): string {
  return both(bounds, (count) => compact.format(count));
}

/** `$0.12–$4.30` */
export function moneyBounds(bounds: Bounds): string {
  return both(bounds, (dollars) => formatMoney(estimated(dollars)));
}

/** `1h 40m–1h 45m` */
export function timeBounds(bounds: Bounds): string {
  return both(bounds, formatDuration);
}

/** Two digits below a dollar, because more of an estimate would mean nothing. */
function estimated(dollars: number): number {
  return dollars < 1 ? Number(dollars.toPrecision(2)) : dollars;
}

function both({ low, high }: Bounds, format: (value: number) => string): string {
  const [from, to] = [format(low), format(high)];
  return from === to ? from : `${from}–${to}`;
}
