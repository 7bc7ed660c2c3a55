import { isJsonObject } from "../json/json.js";
import type { JsonObject } from "../json/json.js";
import { isPromptoError } from "./is-prompto-error.js";

/**
 * Returns the end of the record in a line of a completed file; `undefined` if the line has no
 * outcome. Ostinato's lines contain the end in `status`. prompto's lines have no such key, and their
 * errors stand in `response`.
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
 * True for the line of an answer that an earlier run paid for. A `reused` from the user's input
 * names no run.
 */
export function isReusedLine({ status, reused }: JsonObject): boolean {
  return status === "completed" && isJsonObject(reused) && typeof reused["run"] === "string";
}
