/**
 * Finds the place of a syntax error or an unknown filter in a Jinja template. The library does not
 * report it.
 */
import { errorText } from "../../domain/failure/error-text.js";
import { unknownNames } from "../../pipeline/templates/unknown-names.js";
import { parseFlowTemplate } from "./parse-flow-template.js";

export interface TemplateFault {
  /** Line number, starting at 1. */
  readonly line: number;
  /** Column, starting at 1. */
  readonly column: number;
  /** Message as a sentence without its period. */
  readonly message: string;
}

interface Tag {
  readonly offset: number;
  /** Text of the tag with its delimiters. */
  readonly text: string;
  /** First word of a statement: `for`, `endif`. */
  readonly word?: string;
}

/**
 * Returns the first fault; `undefined` for a template without syntax errors and without unknown
 * filters and tests.
 */
export function templateFault(text: string): TemplateFault | undefined {
  const whole = faultOf(text);
  const located =
    whole === undefined
      ? unknownNames(text, parseFlowTemplate(text).program)[0]
      : (locate(text) ?? { offset: 0, message: whole });
  if (located === undefined) return undefined;
  const { offset, message } = located;
  const before = text.slice(0, offset).split("\n");
  return { line: before.length, column: (before.at(-1) ?? "").length + 1, message };
}

interface Located {
  readonly offset: number;
  readonly message: string;
}

function locate(text: string): Located | undefined {
  const tags: Tag[] = [];
  for (let from = 0; ;) {
    const start = text.slice(from).search(/\{[{%#]/);
    if (start < 0) break;
    const offset = from + start;
    const end = endOfTag(text, offset);
    if (end === undefined) {
      return { offset, message: `the tag ${text.slice(offset, offset + 2)} is not closed` };
    }
    const tag = text.slice(offset, end);
    from = end;
    if (tag.startsWith("{#")) continue;
    const word = /^\{%[-+]?\s*(\w+)/.exec(tag)?.[1];
    if (word === "raw") {
      const behind = afterRaw(text, end);
      if (behind === undefined) return { offset, message: "the block `raw` has no `endraw`" };
      from = behind;
    } else tags.push(word === undefined ? { offset, text: tag } : { offset, text: tag, word });
  }
  return firstFault(tags);
}

function afterRaw(text: string, from: number): number | undefined {
  const end = /\{%[-+]?\s*endraw\s*[-+]?%\}/.exec(text.slice(from));
  return end ? from + end.index + end[0].length : undefined;
}

/**
 * Returns the offset after the tag that starts at `offset`. A delimiter inside a quoted text does
 * not end the tag.
 */
function endOfTag(text: string, offset: number): number | undefined {
  const open = text[offset + 1];
  if (open === "#") {
    const end = text.indexOf("#}", offset);
    return end < 0 ? undefined : end + 2;
  }
  const close = open === "{" ? "}}" : "%}";
  const pattern = new RegExp(`"(?:\\\\.|[^"\\\\])*"|'(?:\\\\.|[^'\\\\])*'|${close}`, "gs");
  pattern.lastIndex = offset + 2;
  for (let match = pattern.exec(text); match; match = pattern.exec(text)) {
    if (match[0] === close) return match.index + 2;
  }
  return undefined;
}

const blocks = ["if", "for", "macro", "call", "filter", "set"];

/** Returns the first fault. Checks each tag separately, and each block by its start and its end. */
function firstFault(tags: readonly Tag[]): Located | undefined {
  const open: Tag[] = [];
  for (const tag of tags) {
    const { offset } = tag;
    const message = faultOf(tag.word === undefined ? tag.text : completed(tag));
    if (message !== undefined) return { offset, message };
    if (opensBlock(tag)) open.push(tag);
    const mismatch =
      tag.word?.startsWith("end") === true ? closes(tag.word, open.pop()) : undefined;
    if (mismatch !== undefined) return { offset, message: mismatch };
  }
  const unclosed = open.at(-1);
  if (unclosed?.word === undefined) return undefined;
  const { offset, word } = unclosed;
  return { offset, message: `the block \`${word}\` has no \`end${word}\`` };
}

/** Returns a message if the word does not end the block. */
function closes(word: string, begun: Tag | undefined): string | undefined {
  if (!begun) return `\`${word}\` ends a block that is not open`;
  const open = begun.word ?? "";
  if (word === `end${open}`) return undefined;
  return `\`${word}\` ends a block that is not open, and the open block is \`${open}\``;
}

function opensBlock({ word = "", text }: Tag): boolean {
  return blocks.includes(word) && !(word === "set" && text.includes("="));
}

/** Completes a statement to a template. */
function completed(tag: Tag): string {
  const { word = "", text } = tag;
  if (word === "elif" || word === "else") return `{% if true %}${text}{% endif %}`;
  if (blocks.some((block) => word === `end${block}`)) return "";
  return opensBlock(tag) ? `${text}{% end${word} %}` : text;
}

/** Returns the message of the library, as the end of a sentence. */
function faultOf(text: string): string | undefined {
  try {
    parseFlowTemplate(text);
    return undefined;
  } catch (error) {
    return errorText(error)
      .replace(/^Parser Error: /, "")
      .replace(/\.$/, "");
  }
}
