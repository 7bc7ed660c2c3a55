/** Escapes text from a user or an API, so that Markdown shows it unchanged on one line. */
export function escapeMarkdown(text: string): string {
  return text.replaceAll(/[\\`*_[\]<>|#]/g, "\\$&");
}
