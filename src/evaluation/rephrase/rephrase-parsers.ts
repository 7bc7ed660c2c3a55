import { hintOf } from "../../domain/nearest-match.js";
import { UserError } from "../../domain/failure/user-error.js";

/** Splits one answer of a rephrase model into prompts. */
export type RephraseParser = (answer: string) => readonly string[];

const parsers: Readonly<Record<string, RephraseParser>> = {
  split_numbered_list: splitNumberedList,
};

/** Finds a parser by prompto's name for it. Throws a `UserError` for an unknown name. */
export function findRephraseParser(name: string): RephraseParser {
  const parser = Object.hasOwn(parsers, name) ? parsers[name] : undefined;
  if (parser) return parser;
  const known = Object.keys(parsers);
  throw new UserError(
    `Unknown parser of rephrases ${JSON.stringify(name)}. ${hintOf(name, known)}`,
  );
}

/**
 * Returns the items of `1. one`, `2. two`, without text in round brackets and without surrounding
 * quotes. Text before the first item is an item too.
 */
function splitNumberedList(answer: string): readonly string[] {
  const parts = answer.split(/(?<=\n|^)\d+\.\s*/).map((part) => {
    const text = part.replace(/\([^\n]*?\)/g, "").trim();
    return isQuoted(text) ? text.slice(1, -1) : text;
  });
  return parts[0] === "" ? parts.slice(1) : parts;
}

function isQuoted(text: string): boolean {
  return text.startsWith('"') && text.endsWith('"');
}
