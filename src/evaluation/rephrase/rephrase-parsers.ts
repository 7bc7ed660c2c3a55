import { hintOf } from "../../domain/nearest-match.js";
import { UserError } from "../../domain/failure/user-error.js";

/** Makes prompts of one answer of a model that rephrases. */
export type RephraseParser = (answer: string) => readonly string[];

const parsers: Readonly<Record<string, RephraseParser>> = {
  split_numbered_list: splitNumberedList,
};

/** By the name that prompto gives it. Throws a `UserError`. */
export function findRephraseParser(name: string): RephraseParser {
  const parser = Object.hasOwn(parsers, name) ? parsers[name] : undefined;
  if (parser) return parser;
  const known = Object.keys(parsers);
  throw new UserError(
    `Unknown parser of rephrases ${JSON.stringify(name)}. ${hintOf(name, known)}`,
  );
}

/**
 * The items of `1. one`, `2. two`: without what stands in round brackets, and without quotes around the whole. What stands
 * before the first item is an item too, where there is anything.
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
