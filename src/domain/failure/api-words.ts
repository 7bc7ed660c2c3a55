/**
 * Maximum length in characters of an API's message in Temporal, because the message may quote the
 * prompt.
 */
const longestWords = 200;

/** Shortens a text to at most `length` characters. It ends between two words, with an ellipsis. */
export function cutWords(text: string, length: number = longestWords): string {
  if (text.length <= length) return text;
  const kept = text.slice(0, length - 1);
  const end = /\s/.test(text.charAt(length - 1)) ? kept.length : kept.search(/\s\S*$/);
  // A long word, such as a URL or a text in Chinese, is cut at the maximum length.
  const whole = end < length / 2 ? kept.replace(/[\uD800-\uDBFF]$/, "") : kept.slice(0, end);
  return `${whole.trimEnd()}…`;
}

/** Ends an API's message with a period, unless it ends with a punctuation mark. */
export function asSentence(text: string): string {
  const words = text.trim();
  return /[.!?\u2026]$/.test(words) ? words : `${words}.`;
}
