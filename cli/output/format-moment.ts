/** `2026-11-21 10:43:19`, as the user's clock shows it. @param atMs epoch milliseconds */
export function formatMoment(atMs: number): string {
  const date = new Date(atMs);
  const parts = (...values: number[]): string[] =>
    values.map((value) => value.toString().padStart(2, "0"));
  const day = parts(date.getFullYear(), date.getMonth() + 1, date.getDate()).join("-");
  return `${day} ${parts(date.getHours(), date.getMinutes(), date.getSeconds()).join(":")}`;
}
