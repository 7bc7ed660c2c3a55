import { createHash } from "node:crypto";

/** The built page, which consists of one script and one style sheet. */
export interface BuiltPage {
  readonly script: string;
  readonly style: string;
}

/**
 * Returns the security policy of a page. Only the page's own script may run, by its hash, and
 * answers can load nothing.
 *
 * @param connect `'self'` allows the page to ask its own server
 */
export function pagePolicy({ script, style }: BuiltPage, connect: "'none'" | "'self'"): string {
  return [
    "default-src 'none'",
    `script-src '${hashOf(script)}'`,
    `style-src '${hashOf(style)}'`,
    "img-src data:",
    `connect-src ${connect}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
}

/** Returns the start and the end of a page, which enclose its blocks of data. */
export function pageEnds(
  built: BuiltPage,
  title: string,
  connect: "'none'" | "'self'" = "'none'",
): readonly [head: string, tail: string] {
  const policy = pagePolicy(built, connect);
  const { script, style } = built;
  const head = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${escaped(title)}</title>
<style>${style}</style>
</head>
<body>
<div id="page"><p class="loading">Reading the report …</p></div>
<noscript><p class="loading">This page needs JavaScript. It loads nothing from the network.</p></noscript>
`;
  return [head, `<script>${script}</script>\n</body>\n</html>\n`];
}

function hashOf(content: string): string {
  return `sha256-${createHash("sha256").update(content).digest("base64")}`;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
