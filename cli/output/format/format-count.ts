const format = new Intl.NumberFormat("en-US", { maximumFractionDigits: 2 });

/** Formats a count as `12,345` or `0.5`. */
export function formatCount(count: number): string {
  return format.format(count);
}

/** Formats a count with its noun: `1 record`, `12,345 records`. */
export function formatCountOf(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? "" : "s"}`;
}

const units = ["byte", "kilobyte", "megabyte", "gigabyte"] as const;

/** Formats bytes in powers of 1000: `512 byte`, `12.3 kB`, `4 MB`. */
export function formatBytes(bytes: number): string {
  const power = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  return new Intl.NumberFormat("en-US", {
    style: "unit",
    unit: units[power] ?? "byte",
    maximumSignificantDigits: 3,
  }).format(bytes / 1000 ** power);
}
