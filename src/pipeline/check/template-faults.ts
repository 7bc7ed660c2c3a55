import { errorText } from "../../domain/failure/error-text.js";
import { asSentence } from "../templates/as-sentence.js";
import type { UnknownName } from "../templates/unknown-names.js";

/**
 * Returns the faults of a template or an expression: a syntax error, or unknown filters or tests.
 *
 * @param what the end of a sentence about a text that cannot be parsed
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
  return [
    ...faults.map(withNameHint),
    ...unknown.map(({ message }) => `in \`${key}\` ${asSentence(message)}`),
  ];
}

/** Jinja for JavaScript reads fewer letters in a name than Python's does. */
function withNameHint(fault: string): string {
  if (!/Unexpected character: \p{L}/u.test(fault)) return fault;
  return `${fault} A name in Jinja has the letters a to z, digits and \`_\`. Give the column such a name with \`inputs: { name: column }\`.`;
}

/** Returns the error that the use of a text throws, if any. */
export function faultOf(what: string, use: () => unknown): readonly string[] {
  try {
    use();
    return [];
  } catch (error) {
    return [`${what}: ${errorText(error).replace(/\.$/, "")}.`];
  }
}
