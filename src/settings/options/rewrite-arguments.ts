import { UserError } from "../../domain/failure/user-error.js";

/** The spellings of one option. */
export interface Spelling {
  /** Long flag, e.g. `--max-queries`. */
  readonly flag: string;
  /** Short flag, e.g. `-mq`. */
  readonly short?: string;
  readonly takesValue: boolean;
}

/**
 * Rewrites the spellings of Python's argparse to `--flag value`: shorts of several letters (`-mq
 * 500`), `-mq=500`, `-ddata`, and unambiguous prefixes of long flags (`--env` for `--env-file`).
 * Arguments after `--` and arguments that are not flags stay unchanged. Throws a `UserError` for an
 * ambiguous prefix and for a flag without a value.
 */
export function rewriteArguments(
  given: readonly string[],
  spellings: readonly Spelling[],
): readonly string[] {
  const end = given.indexOf("--");
  const before = end === -1 ? given : given.slice(0, end);
  const rewritten: string[] = [];
  let valueOf: Spelling | undefined;
  for (const argument of before) {
    const [word, value] = splitValue(argument, spellings);
    const spelling = findSpelling(word, spellings);
    if (valueOf !== undefined) {
      if (spelling) throw missingValue(valueOf, `the flag \`${argument}\``);
      rewritten.push(`${valueOf.flag}=${argument}`);
      valueOf = undefined;
    } else if (!spelling) {
      rewritten.push(argument);
    } else if (value === undefined && spelling.takesValue) {
      valueOf = spelling;
    } else {
      rewritten.push(value === undefined ? spelling.flag : `${spelling.flag}=${value}`);
    }
  }
  if (valueOf !== undefined) throw missingValue(valueOf, "nothing");
  return end === -1 ? rewritten : [...rewritten, ...given.slice(end)];
}

function findSpelling(word: string, spellings: readonly Spelling[]): Spelling | undefined {
  if (!word.startsWith("-") || word === "-") return undefined;
  const exact = spellings.find(({ flag, short }) => word === flag || word === short);
  if (exact || !word.startsWith("--")) return exact;
  const candidates = spellings.filter(({ flag }) => flag.startsWith(word));
  if (candidates.length < 2) return candidates[0];
  // prompto's flags have short forms, and our own flags must not make prefixes of prompto's flags
  // ambiguous.
  const promptos = candidates.filter(({ short }) => short !== undefined);
  if (promptos.length === 1) return promptos[0];
  const flags = candidates.map(({ flag }) => `\`${flag}\``).join(" or ");
  throw new UserError(`The flag \`${word}\` could mean ${flags}: write it out.`);
}

/** Splits `--flag=value`, `-mq=500` and `-ddata` into the flag and its value. */
function splitValue(
  argument: string,
  spellings: readonly Spelling[],
): [word: string, value: string | undefined] {
  if (!argument.startsWith("-")) return [argument, undefined];
  const at = argument.indexOf("=");
  if (at !== -1) return [argument.slice(0, at), argument.slice(at + 1)];
  const short = argument.slice(0, 2);
  const joined =
    !spellings.some((spelling) => spelling.short === argument) &&
    spellings.some((spelling) => spelling.short === short && spelling.takesValue);
  return joined && argument.length > 2 ? [short, argument.slice(2)] : [argument, undefined];
}

function missingValue(spelling: Spelling, got: string): UserError {
  return new UserError(`Expected a value after \`${spelling.flag}\`, got ${got}.`);
}
