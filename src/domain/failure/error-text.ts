/** The message of what was thrown, whatever that was. */
export function errorText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
