/** The text on one line, padded or cut (with an ellipsis) to exactly `width` cells of a terminal. */
export function fitText(text: string, width: number): string {
  const plain = oneLine(text);
  const cells = textWidth(plain);
  if (cells <= width) return plain + " ".repeat(width - cells);
  let cut = "";
  let used = 0;
  for (const character of plain) {
    used += textWidth(character);
    if (used > width - 1) break;
    cut += character;
  }
  return `${cut}…${" ".repeat(Math.max(0, width - textWidth(cut) - 1))}`;
}

/** Cells that a text takes: East Asian wide characters and emoji take two. */
export function textWidth(text: string): number {
  let cells = 0;
  for (const character of text) cells += wide.test(character) ? 2 : 1;
  return cells;
}

/** Without the control characters that a name or an API's message could steer a terminal with. */
export function oneLine(text: string): string {
  return text.replace(/\p{Cc}+/gu, " ");
}

const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}|[\u{20000}-\u{3fffd}]/u;
