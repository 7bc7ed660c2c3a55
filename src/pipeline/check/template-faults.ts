import { errorText } from "../../domain/failure/error-text.js";
import { asSentence } from "../templates/as-sentence.js";
import type { UnknownName } from "../templates/unknown-names.js";

/**
 * The faults of a template or an expression: it can't be parsed, or it has unknown filters or
 * tests.
 *
 * @param what the end of the sentence about a text that can't be parsed
 */
export function templateFaults(
  key: string,
  what: string,
  parse: () => { readonly unknownNames: () => readonly UnknownName[] },
): readonly string[] {
  let unknown: readonly UnknownName[] = [];
  const faults = faultOf(`\`${key}\` ${what}`, () => {
    unknown = parse().unknownNames();
  });
  return [...faults, ...unknown.map(({ message }) => `in \`${key}\` ${asSentence(message)}`)];
}

/** The error with which a text can't be used. */
export function faultOf(what: string, use: () => unknown): readonly string[] {
  try {
    use();
    return [];
  } catch (error) {
    return [`${what}: ${errorText(error).replace(/\.$/, "")}.`];
  }
}
