/** Formats numbers, times and money for the page. */

const counts = new Intl.NumberFormat("en-US");
const cents = new Intl.NumberFormat("en-US", {
  minimumFractionDigits: 2,
  maximumFractionDigits: 2,
});
const compact = new Intl.NumberFormat("en-US", { notation: "compact", maximumFractionDigits: 1 });
const precise = new Intl.NumberFormat("en-US", { maximumSignificantDigits: 4 });
const times = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" });

export function formatCount(count: number): string {
  return counts.format(count);
}

export function formatCompact(count: number): string {
  return compact.format(count);
}

export function formatNumber(value: number): string {
  return precise.format(value);
}

/** Formats dollars with at least two significant digits, and with cents from one dollar on. */
export function formatDollars(dollars: number): string {
  if (dollars === 0) return "$0";
  if (dollars >= 1) return `$${cents.format(dollars)}`;
  return `$${Number(dollars.toPrecision(2)).toFixed(Math.min(8, decimalsFor(dollars)))}`;
}

function decimalsFor(dollars: number): number {
  return Math.max(2, 1 - Math.floor(Math.log10(dollars)));
}

export function formatMs(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1_000).toFixed(ms < 10_000 ? 2 : 1)} s`;
  const seconds = Math.round(ms / 1_000);
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  const minutes = Math.round(seconds / 60);
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

export function formatTime(epochMs: number): string {
  return times.format(epochMs);
}

export function formatShare(part: number, whole: number): string {
  if (whole === 0) return "0 %";
  const percent = (100 * part) / whole;
  return `${percent > 0 && percent < 1 ? percent.toFixed(1) : Math.round(percent)} %`;
}
