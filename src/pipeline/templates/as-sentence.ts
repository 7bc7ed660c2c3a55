/** The message as a sentence: a question keeps its mark. */
export function asSentence(message: string): string {
  return /[.?]$/.test(message) ? message : `${message}.`;
}
