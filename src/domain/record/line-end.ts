import type { JsonObject, JsonValue } from "../json/json.js";

/**
 * How a line of a completed file ended; `undefined` for a line that is no outcome at all. Ours say so in `status`. Those
 * that prompto wrote have no such key: an error stands in `response` as one of its two texts.
 */
export function endOfLine(line: JsonObject): "completed" | "failed" | undefined {
  const { status, response } = line;
  if (status === "completed" || status === "failed") return status;
  if (response === undefined) return undefined;
  return isPromptoError(response) ? "failed" : "completed";
}

/** Whether a line of a completed file has an answer. */
export function isAnswered(line: JsonObject): boolean {
  return endOfLine(line) === "completed";
}

/**
 * `<class> - <message>` for errors that prompto does not retry, and a sentence around it for those that it does. Older
 * versions wrote that sentence without brackets and without the number of attempts.
 */
const finalClasses =
  "NotImplementedError|KeyError|ValueError|TypeError|FileNotFoundError|JSONDecodeError|UnicodeDecodeError|ValidationError";
const finalError = new RegExp(`^(?:${finalClasses}) - `);
const lastError =
  /^An unexpected error occurred when querying the API: (?:\([\s\S]*\) after maximum \d+ attempts$|[A-Za-z_][\w.]* - )/;

function isPromptoError(response: JsonValue): boolean {
  return typeof response === "string" && (finalError.test(response) || lastError.test(response));
}
