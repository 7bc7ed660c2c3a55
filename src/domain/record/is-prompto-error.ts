import type { JsonValue } from "../json/json.js";

/**
 * Classes of errors that prompto does not retry. It writes them as `<class> - <message>`, and a
 * sentence of its own for all other errors.
 */
const finalClasses =
  "NotImplementedError|KeyError|ValueError|TypeError|FileNotFoundError|JSONDecodeError|UnicodeDecodeError|ValidationError";
const finalError = new RegExp(`^(?:${finalClasses}) - `);
/** The sentence. Older versions wrote it without brackets and without the number of attempts. */
const lastError =
  /^An unexpected error occurred when querying the API: (?:\([\s\S]*\) after maximum \d+ attempts$|[A-Za-z_][\w.]* - )/;

/** True if the `response` of a line that prompto wrote is an error instead of an answer. */
export function isPromptoError(response: JsonValue): boolean {
  return typeof response === "string" && (finalError.test(response) || lastError.test(response));
}
