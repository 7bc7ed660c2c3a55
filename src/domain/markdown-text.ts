/** Text of a user or an API in a form that means nothing to Markdown, on one line. */
export function escapeMarkdown(text: string): string {
  return text.replaceAll(/[\\`*_[\]<>|#]/g, "\\$&");
}
