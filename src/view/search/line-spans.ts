import { endOfString } from "../../domain/json/json-text.js";

/** The parts of a line's text that the page shows, without their quotes. */
export interface LineSpans {
  promptStart: number;
  promptEnd: number;
  answerStart: number;
  answerEnd: number;
}

const quote = 0x22;
const comma = 0x2c;
const opening = new Set([0x5b, 0x7b]);
const closing = new Set([0x5d, 0x7d]);
const space = 0x20;
const none = -1;

/**
 * Finds prompt and answer in a line of a completed file without parsing it. Returns false for a
 * line whose texts must be combined: of a chat, a row, a failure, or from prompto.
 *
 * @param line start and end of the line in the text
 * @param spans receives the places
 */
export function findSpans(
  text: string,
  [start, end]: readonly [start: number, end: number],
  spans: LineSpans,
): boolean {
  spans.promptStart = none;
  spans.answerStart = none;
  spans.answerEnd = none;
  let isCompleted = false;
  for (let key = text.indexOf('"', start); key !== -1 && key < end;) {
    const keyEnd = endOfString(text, key);
    let value = text.indexOf(":", keyEnd) + 1;
    while (text.charCodeAt(value) <= space) value += 1;
    const isText = text.charCodeAt(value) === quote;
    const valueEnd = isText ? endOfString(text, value) : endOfValue(text, value, end);
    const name = text.slice(key + 1, keyEnd - 1);
    if (apart.has(name) || (!isText && seen.has(name))) return false;
    if (name === "status") isCompleted = text.startsWith('"completed"', value);
    if (seen.has(name)) note(spans, name, [value + 1, valueEnd - 1]);
    key = text.indexOf('"', valueEnd);
  }
  return isCompleted && spans.promptStart !== none;
}

const seen = new Set(["prompt", "response"]);
/** Keys of lines whose texts are in other places. */
const apart = new Set(["error", "leaves", "nodes"]);

function note(
  spans: LineSpans,
  name: string,
  [start, end]: readonly [start: number, end: number],
): void {
  if (name === "prompt") {
    spans.promptStart = start;
    spans.promptEnd = end;
  } else {
    spans.answerStart = start;
    spans.answerEnd = end;
  }
}

/** Returns the end of a number, a literal, a list or an object. */
function endOfValue(text: string, start: number, end: number): number {
  let depth = 0;
  for (let at = start; at < end; at += 1) {
    const code = text.charCodeAt(at);
    if (code === quote) at = endOfString(text, at) - 1;
    else if (code === comma && depth === 0) return at;
    else if (opening.has(code)) depth += 1;
    else if (closing.has(code)) {
      if (depth === 0) return at;
      depth -= 1;
    }
  }
  return end;
}
