const counts = new Intl.NumberFormat("en-US");

/** Formats a count with separators, e.g. `6,000`. */
export function countText(count: number): string {
  return counts.format(count);
}

/** Formats a count with its noun, e.g. `1 record` or `6,000 records`. */
export function countOf(count: number, noun: string): string {
  return `${countText(count)} ${noun}${count === 1 ? "" : "s"}`;
}
