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
const openingBracket = 0x5b;
const closingBracket = 0x5d;
const openingBrace = 0x7b;
const closingBrace = 0x7d;
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
    const name = nameAt(text, key);
    if (name === "apart" || (!isText && isSeen(name))) return false;
    if (name === "status") isCompleted = text.startsWith('"completed"', value);
    if (isSeen(name)) note(spans, name, [value + 1, valueEnd - 1]);
    key = text.indexOf('"', valueEnd);
  }
  return isCompleted && spans.promptStart !== none;
}

type SeenName = "prompt" | "response";
/** A name that matters here; "apart" is one of a line whose texts are in other places. */
type Name = SeenName | "status" | "apart";

/** Names by the first character of the key. Comparing it costs less than a copy of each key. */
const names = new Map<number, { readonly quoted: string; readonly name: Name }>(
  (
    [
      ["prompt", "prompt"],
      ["response", "response"],
      ["status", "status"],
      ["error", "apart"],
      ["leaves", "apart"],
      ["nodes", "apart"],
    ] as const
  ).map(([key, name]) => [key.charCodeAt(0), { quoted: `"${key}"`, name }]),
);

/** Returns the name of the key whose quote is at `key`, if it matters. */
function nameAt(text: string, key: number): Name | undefined {
  const candidate = names.get(text.charCodeAt(key + 1));
  return candidate && text.startsWith(candidate.quoted, key) ? candidate.name : undefined;
}

function isSeen(name: Name | undefined): name is SeenName {
  return name === "prompt" || name === "response";
}

function note(
  spans: LineSpans,
  name: SeenName,
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
    else if (code === openingBracket || code === openingBrace) depth += 1;
    else if (code === closingBracket || code === closingBrace) {
      if (depth === 0) return at;
      depth -= 1;
    }
  }
  return end;
}
