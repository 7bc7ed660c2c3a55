/**
 * Patterns for the words of a search over the bytes of JSON lines. A line is searched before it is
 * parsed, which is many times faster than parsing every line.
 */

/**
 * Returns a pattern for text whose characters are the bytes of UTF-8 JSON (`latin1`). It matches
 * wherever the word may occur, in any case, and sometimes at other places. Returns `undefined` for
 * a word without a letter or digit, which may occur anywhere.
 *
 * @param word word in lower case
 */
export function bytePattern(word: string): RegExp | undefined {
  const part = longestPart(word);
  return part === "" ? undefined : new RegExp(Array.from(part, characterPattern).join(""), "g");
}

/**
 * Returns a pattern for text whose characters are the bytes of UTF-8. It matches exactly where the
 * word occurs, in any case, unless a character has a different length in lower case.
 *
 * @param word word in lower case
 */
export function textPattern(word: string): RegExp {
  return new RegExp(Array.from(word, plainPattern).join(""), "g");
}

/**
 * Returns a pattern for the bytes of a JSON string. A match that starts within an escape, such as
 * the n of `\n`, is not an occurrence. Characters that only some writers escape are not found in
 * escaped form. Returns `undefined` for a word with a character that every writer escapes.
 *
 * @param word word in lower case
 */
export function stringPattern(word: string): RegExp | undefined {
  if (/["\\\p{Cc}]/u.test(word)) return undefined;
  return new RegExp(Array.from(word, characterPattern).join(""), "g");
}

/**
 * Returns the longest part of a word without punctuation. Punctuation may be escaped, or be added
 * between texts only for display.
 */
function longestPart(word: string): string {
  const parts = word.match(/[\p{L}\p{N}]+/gu) ?? [];
  return parts.reduce((longest, part) => (part.length > longest.length ? part : longest), "");
}

function characterPattern(character: string): string {
  return patternOf(character, (form) => [bytesOf(form), escapedForm(form)]);
}

function plainPattern(character: string): string {
  return patternOf(character, (form) => [bytesOf(form)]);
}

function patternOf(character: string, others: (form: string) => readonly string[]): string {
  const forms = formsOf(character);
  const single = forms.filter((form) => form < "\u0080").map(quoted);
  // A character class is many times faster than alternatives, and sufficient for most letters.
  const patterns = [
    ...(single.length === 0
      ? []
      : [single.length === 1 ? single.join("") : `[${single.join("")}]`]),
    ...forms.filter((form) => form >= "\u0080").flatMap(others),
  ];
  return patterns.length === 1 ? (patterns[0] ?? "") : `(?:${patterns.join("|")})`;
}

/** Escapes a character, because punctuation has special meanings in a pattern. */
function quoted(character: string): string {
  return /[a-z\d]/i.test(character) ? character : bytesOf(character);
}

/** Highest code point of a letter with cases. */
const lastWithCase = 0x1ffff;
let formsByLower: ReadonlyMap<string, readonly string[]> | undefined;

/**
 * Returns the character and all characters that become it in lower case. Its upper case alone would
 * miss some of them.
 */
function formsOf(character: string): readonly string[] {
  formsByLower ??= readForms();
  return [character, ...(formsByLower.get(character) ?? [])];
}

function readForms(): ReadonlyMap<string, readonly string[]> {
  const forms = new Map<string, string[]>();
  for (let point = 0; point <= lastWithCase; point += 1) {
    const form = String.fromCodePoint(point);
    const lower = form.toLowerCase();
    if (lower !== form) forms.set(lower, [...(forms.get(lower) ?? []), form]);
  }
  return forms;
}

function bytesOf(character: string): string {
  const bytes = [...new TextEncoder().encode(character)];
  return bytes.map((byte) => `\\x${byte.toString(16).padStart(2, "0")}`).join("");
}

/**
 * Returns the escaped form of a character. JSON may write it as `\u00e9`, and a character beyond
 * 65,535 as two such escapes.
 */
function escapedForm(character: string): string {
  const units = Array.from({ length: character.length }, (_, at) => character.charCodeAt(at));
  return units
    .map((unit) => {
      const digits = unit.toString(16).padStart(4, "0");
      const inAnyCase = digits.replace(/[a-f]/g, (digit) => `[${digit}${digit.toUpperCase()}]`);
      return `\\\\u${inAnyCase}`;
    })
    .join("");
}
