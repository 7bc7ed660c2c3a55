import { isJsonObject } from "../json/json.js";
import type { JsonObject, JsonValue } from "../json/json.js";

/**
 * Returns the end of the record in a line of a completed file; `undefined` if the line has no
 * outcome. Ostinato's lines contain the end in `status`. prompto's lines have no such key: an error
 * has one of two forms in `response`.
 */
export function endOfLine(line: JsonObject): "completed" | "failed" | undefined {
  const { status, response } = line;
  if (status === "completed" || status === "failed") return status;
  if (response === undefined) return undefined;
  return isPromptoError(response) ? "failed" : "completed";
}

/** True if a line of a completed file has an answer. */
export function isAnswered(line: JsonObject): boolean {
  return endOfLine(line) === "completed";
}

/**
 * prompto writes `<class> - <message>` for errors that it does not retry, and a sentence with this
 * text for all other errors. Older versions wrote the sentence without brackets and without the
 * number of attempts.
 */
const finalClasses =
  "NotImplementedError|KeyError|ValueError|TypeError|FileNotFoundError|JSONDecodeError|UnicodeDecodeError|ValidationError";
const finalError = new RegExp(`^(?:${finalClasses}) - `);
const lastError =
  /^An unexpected error occurred when querying the API: (?:\([\s\S]*\) after maximum \d+ attempts$|[A-Za-z_][\w.]* - )/;

function isPromptoError(response: JsonValue): boolean {
  return typeof response === "string" && (finalError.test(response) || lastError.test(response));
}

/**
 * True for the line of an answer that an earlier run paid for. A `reused` from the user's input
 * names no run.
 */
export function isReusedLine({ status, reused }: JsonObject): boolean {
  return status === "completed" && isJsonObject(reused) && typeof reused["run"] === "string";
}
