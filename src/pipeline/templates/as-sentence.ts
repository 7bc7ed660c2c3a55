/** Ends a message with a period, unless it ends with a question mark. */
export function asSentence(message: string): string {
  return /[.?]$/.test(message) ? message : `${message}.`;
}
