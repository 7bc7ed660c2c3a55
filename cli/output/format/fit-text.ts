import stringWidth from "string-width";

const graphemes = new Intl.Segmenter();

/** The text on one line, padded or cut (with an ellipsis) to exactly `width` cells of a terminal. */
export function fitText(text: string, width: number): string {
  const line = oneLine(text);
  const fitted = stringWidth(line) <= width ? line : `${beginning(line, width - 1)}…`;
  return fitted + " ".repeat(Math.max(0, width - stringWidth(fitted)));
}

/** What fits into `width` cells. No character of two cells is cut in half, nor one of several code points. */
function beginning(line: string, width: number): string {
  let kept = "";
  let used = 0;
  for (const { segment } of graphemes.segment(line)) {
    used += stringWidth(segment);
    if (used > width) break;
    kept += segment;
  }
  return kept;
}

/** Without the control characters that a name or an API's message could steer a terminal with. */
export function oneLine(text: string): string {
  return text.replace(/\p{Cc}+/gu, " ");
}
