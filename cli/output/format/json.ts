/** One JSON object on one line. */
export function jsonLine(value: object): string {
  return JSON.stringify(value);
}
