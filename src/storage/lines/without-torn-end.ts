import { parseJsonText } from "../../domain/json/json-text.js";
import type { InputLine } from "../input/input-lines.js";

/**
 * Yields the lines of an output file, except for a last line that was cut off when its writer was
 * killed.
 */
export async function* withoutTornEnd(
  lines: AsyncIterable<InputLine>,
): AsyncGenerator<InputLine, void, undefined> {
  let torn: InputLine | undefined;
  for await (const line of lines) {
    if (torn) yield torn;
    torn = parses(line.text) ? undefined : line;
    if (!torn) yield line;
  }
}

function parses(text: string): boolean {
  try {
    parseJsonText(text);
    return true;
  } catch {
    return false;
  }
}
