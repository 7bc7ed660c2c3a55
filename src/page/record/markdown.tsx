import DOMPurify from "dompurify";
import { Marked } from "marked";
import type { JSX } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";

/**
 * Markdown renderer that loads nothing: HTML in an answer is shown as text, and an image as its
 * address.
 */
const marked = new Marked({
  gfm: true,
  renderer: {
    html: ({ text }) => escaped(text),
    image: ({ href, text }) => `<em>[image: ${escaped(text)} ${escaped(href)}]</em>`,
  },
});

const purifier = DOMPurify(window);
purifier.addHook("afterSanitizeAttributes", (element) => {
  if (element.tagName !== "A") return;
  element.setAttribute("rel", "noopener noreferrer nofollow");
  element.setAttribute("target", "_blank");
});

const headings = ["h1", "h2", "h3", "h4", "h5", "h6"];
const blocks = ["p", "br", "hr", "ul", "ol", "li", "blockquote", "pre"];
const inline = ["code", "em", "strong", "del", "a"];
const tables = ["table", "thead", "tbody", "tr", "th", "td"];

const config = {
  ALLOWED_TAGS: [...headings, ...blocks, ...inline, ...tables],
  ALLOWED_ATTR: ["href", "title", "align", "start"],
  ALLOWED_URI_REGEXP: /^(?:https?|mailto):/i,
  ALLOW_ARIA_ATTR: false,
  ALLOW_DATA_ATTR: false,
  RETURN_DOM_FRAGMENT: true,
} as const;

/** Maximum length in characters of a rendered text. Longer texts could block the page. */
export const longestMarkdown = 200_000;

/**
 * An answer rendered as Markdown. Its content cannot run code, load anything, or change the page
 * around it.
 */
export function Markdown({ text }: { readonly text: string }): JSX.Element {
  const element = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const html = marked.parse(text, { async: false });
    element.current?.replaceChildren(
      purifier.sanitize(html, {
        ...config,
        ALLOWED_TAGS: [...config.ALLOWED_TAGS],
        ALLOWED_ATTR: [...config.ALLOWED_ATTR],
      }),
    );
  }, [text]);
  return <div class="markdown" ref={element} />;
}

function escaped(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
