import type { JsonValue } from "./json.js";
import { parseJson } from "./parse-json.js";

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const opening = new Set([0x5b, 0x7b]);
const closing = new Set([0x5d, 0x7d]);

/**
 * A top-level member of an object, with the offsets of its key (including quotes) and its value.
 */
export interface Member {
  /** The decoded key. */
  readonly key: string;
  readonly keyStart: number;
  readonly keyEnd: number;
  readonly valueStart: number;
  readonly valueEnd: number;
}

export interface ObjectLayout {
  readonly members: readonly Member[];
  /** Offset of the object's closing brace. */
  readonly close: number;
}

/** Returns the offset after the string that opens at `start`. */
export function endOfString(text: string, start: number): number {
  let from = start + 1;
  for (;;) {
    const end = text.indexOf('"', from);
    if (end === -1) return text.length;
    let before = end - 1;
    while (text.charCodeAt(before) === backslash) before -= 1;
    if ((end - 1 - before) % 2 === 0) return end + 1;
    from = end + 1;
  }
}

/**
 * Reads the layout of a JSON object without parsing it. Numbers, key order, duplicate keys and the
 * `NaN` of Python's json survive. The text must be a valid object (with those literals counted as
 * numbers).
 */
export function layOutObject(text: string): ObjectLayout {
  const members: Member[] = [];
  let key: Pick<Member, "key" | "keyStart" | "keyEnd"> | undefined;
  let valueStart = 0;
  let depth = 0;
  let at = text.indexOf("{") + 1;
  const endMember = (): void => {
    // The fields are copied by name, because a spread is slow.
    if (key) {
      const { keyStart, keyEnd } = key;
      members.push({ key: key.key, keyStart, keyEnd, valueStart, valueEnd: at });
    }
    key = undefined;
  };
  for (; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === quote) {
      const end = endOfString(text, at);
      if (depth === 0 && !key) {
        key = { key: decodeKey(text.slice(at, end)), keyStart: at, keyEnd: end };
        valueStart = text.indexOf(":", end) + 1;
      }
      at = end - 1;
    } else if (code === comma && depth === 0) {
      endMember();
    } else if (opening.has(code)) {
      depth += 1;
    } else if (closing.has(code)) {
      if (depth === 0) break;
      depth -= 1;
    }
  }
  endMember();
  return { members, close: at };
}

function decodeKey(quoted: string): string {
  // Parsing a JSON string returns a string.
  return JSON.parse(quoted) as string;
}

/**
 * Parses JSON. `NaN`, `Infinity` and `-Infinity` from Python's json become null. Throws a
 * `SyntaxError` for invalid JSON.
 */
export function parseJsonText(text: string): JsonValue {
  try {
    return parseJson(text);
  } catch (error) {
    if (!/NaN|Infinity/.test(text)) throw error;
    return parseJson(withoutPythonNumbers(text));
  }
}

/**
 * Replaces `NaN`, `Infinity` and `-Infinity`, which Python's json writes, by `null` outside of
 * strings.
 */
function withoutPythonNumbers(text: string): string {
  const parts: string[] = [];
  let from = 0;
  while (from < text.length) {
    const start = text.indexOf('"', from);
    const plainEnd = start === -1 ? text.length : start;
    parts.push(text.slice(from, plainEnd).replace(/-?\bInfinity\b|\bNaN\b/g, "null"));
    if (start === -1) break;
    from = endOfString(text, start);
    parts.push(text.slice(start, from));
  }
  return parts.join("");
}

/** Returns a string as JSON, for a line of JSON Lines. */
export function stringText(text: string): string {
  return jsonLine(text);
}

/** Returns a value as a line of JSON Lines, without the line end. */
export function jsonLine(value: unknown): string {
  return escapeLineSeparators(JSON.stringify(value));
}

/**
 * Escapes U+0085, U+2028 and U+2029. Some readers of JSON Lines, among them Python's `splitlines`,
 * treat these characters as line ends.
 */
export function escapeLineSeparators(json: string): string {
  return json.replace(
    /[\u0085\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
