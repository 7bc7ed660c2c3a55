import stringWidth from "string-width";

const graphemes = new Intl.Segmenter();

/**
 * Puts text on one line and pads or cuts it (with an ellipsis) to exactly `width` terminal cells.
 */
export function fitText(text: string, width: number): string {
  const line = oneLine(text);
  const fitted = stringWidth(line) <= width ? line : `${beginning(line, width - 1)}…`;
  return fitted + " ".repeat(Math.max(0, width - stringWidth(fitted)));
}

/**
 * Returns the part of a line that fits into `width` cells. Never cuts a character with two cells or
 * several code points. It is ours, because `cli-truncate` 5.2 returns 7 cells for 実験です in 6.
 */
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

/**
 * Removes control characters, because a name or an API's message could control a terminal with
 * them.
 */
export function oneLine(text: string): string {
  return text.replace(/\p{Cc}+/gu, " ");
}
