/** True if the name ends in `.csv`, as in prompto. */
export function isCsv(path: string): boolean {
  return path.endsWith(".csv");
}
