import { parseTemplate } from "../../pipeline/templates/jinja.js";
import type { ParsedTemplate } from "../../pipeline/templates/jinja.js";

/**
 * Parses a template with `raw` blocks, which the library does not support. As after any block, one
 * line end after a `raw` block is removed. Throws for a text that is not a template.
 */
export function parseFlowTemplate(text: string): ParsedTemplate {
  const raw = /\{%([-+]?)\s*raw\s*(-?)%\}(.*?)\{%(-?)\s*endraw\s*([-+]?)%\}\n?/gs;
  const plain = text.replace(raw, (_whole, ...groups: string[]) => {
    const [before = "", trimStart, inner = "", trimEnd, behind = ""] = groups;
    const started = trimStart === "-" ? inner.trimStart() : inner;
    const kept = trimEnd === "-" ? started.trimEnd() : started;
    return `{{${before} ${JSON.stringify(kept)} ${behind}}}`;
  });
  return parseTemplate(plain);
}
