const format = new Intl.NumberFormat("en-US", { maximumFractionDigits: 2 });

/** `12,345` or `0.5`. */
export function formatCount(count: number): string {
  return format.format(count);
}

/** `1 record`, `12,345 records`. */
export function formatCountOf(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? "" : "s"}`;
}
