/** By its name, as prompto tells them apart. */
export function isCsv(path: string): boolean {
  return path.endsWith(".csv");
}
