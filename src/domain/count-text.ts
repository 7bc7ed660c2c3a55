const counts = new Intl.NumberFormat("en-US");

/** `6,000` */
export function countText(count: number): string {
  return counts.format(count);
}

/** `1 record`, `6,000 records`. */
export function countOf(count: number, noun: string): string {
  return `${countText(count)} ${noun}${count === 1 ? "" : "s"}`;
}
