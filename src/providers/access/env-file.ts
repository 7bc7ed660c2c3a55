/**
 * Reads an environment file like python-dotenv, because such files are shared with Python tools. A
 * `#` within a value belongs to the value, both kinds of quotes allow escapes, `${NAME}` and
 * `${NAME:-default}` are replaced in every value, and a line that cannot be read is ignored.
 * Node.js packages read many of the 87 files in this module's test differently: dotenv with
 * dotenv-expand 28 of them, and `util.parseEnv` 50. Some of these files contain keys with a `#`.
 */
import type { Environment } from "../../domain/environment.js";

/**
 * Returns the variables of a file, as `load_dotenv` sets them.
 *
 * @param processEnvironment variables that override the file's own variables in `${NAME}`
 */
export function parseEnvFile(text: string, processEnvironment: Environment): Environment {
  const variables = new Map<string, string>();
  for (const { key, value } of bindingsIn(text.replace(/^\uFEFF/, ""))) {
    variables.set(
      key,
      expand(value, (name) => processEnvironment[name] ?? variables.get(name)),
    );
  }
  return Object.fromEntries(variables);
}

interface Binding {
  readonly key: string;
  readonly value: string;
}

const start = /\s*(?:export[^\S\r\n]+)?/y;
const keyForms = /'([^']+)'|([^=#\s']+[^=#\s]*)/y;
const equalSign = /[^\S\r\n]*=([^\S\r\n]*)/y;
const singleQuoted = /'((?:\\.|[^'\\])*)'/sy;
const doubleQuoted = /"((?:\\.|[^"\\])*)"/sy;
const unquoted = /[^\r\n]*/y;
const endOfLine = /[^\S\r\n]*(?:#[^\r\n]*)?(?:\r\n|\n|\r|$)/y;
const restOfLine = /[^\r\n]*(?:\r\n|\n|\r)?/y;

/** A reading position in a text. Each match moves it forward. */
class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#text.length;
  }

  get next(): string {
    return this.#text.charAt(this.#at);
  }

  /**
   * Matches the text at this position. Returns `undefined`, without moving, if it does not match.
   */
  read(sticky: RegExp): RegExpExecArray | undefined {
    sticky.lastIndex = this.#at;
    const found = sticky.exec(this.#text) ?? undefined;
    if (found) this.#at += found[0].length;
    return found;
  }
}

function* bindingsIn(text: string): Generator<Binding> {
  const reader = new Reader(text);
  while (!reader.isAtEnd) {
    reader.read(start);
    const key = keyOf(reader);
    const value = key === undefined ? undefined : valueOf(reader);
    const isWhole = reader.read(endOfLine) !== undefined;
    if (!isWhole) reader.read(restOfLine);
    if (isWhole && key !== undefined && value !== undefined) yield { key, value };
  }
}

function keyOf(reader: Reader): string | undefined {
  const [, quoted, plain] = reader.read(keyForms) ?? [];
  return quoted ?? plain;
}

/** Reads a value. Returns `undefined` if there is none, or if its quote is never closed. */
function valueOf(reader: Reader): string | undefined {
  const [, space] = reader.read(equalSign) ?? [];
  if (space === undefined) return undefined;
  if (reader.next === "'") return quoted(reader.read(singleQuoted), /\\[\\']/g);
  if (reader.next === '"') return quoted(reader.read(doubleQuoted), /\\[\\'"abfnrtv]/g);
  // After a space, `#` makes the rest of the line a comment.
  if (space !== "" && reader.next === "#") return "";
  const [value = ""] = reader.read(unquoted) ?? [];
  return value.replace(/\s+#.*/, "").trimEnd();
}

const escapes: Readonly<Record<string, string>> = {
  a: "\x07",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
};

function quoted(found: RegExpExecArray | undefined, escape: RegExp): string | undefined {
  return found?.[1]?.replace(escape, decodeEscape);
}

function decodeEscape(escape: string): string {
  const letter = escape.charAt(1);
  return escapes[letter] ?? letter;
}

/**
 * Replaces references to variables. A default replaces an unset variable. An empty variable counts
 * as set.
 */
function expand(value: string, find: (name: string) => string | undefined): string {
  return value.replace(
    /\$\{([^}:]*)(?::-([^}]*))?\}/g,
    (_whole, name: string, fallback: string | undefined) => find(name) ?? fallback ?? "",
  );
}
