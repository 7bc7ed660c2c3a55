import { parseJsonText } from "../domain/json-text.js";
import { isJsonObject } from "../domain/json.js";
import { isAnswered } from "../domain/line-end.js";

/** Of the lines of a completed file, ours or prompto's, those that have an answer with something in it. */
export async function* answeredLines(
  lines: AsyncIterable<string>,
): AsyncGenerator<string, void, undefined> {
  for await (const line of lines) {
    const value = parseJsonText(line);
    if (isJsonObject(value) && isAnswered(value) && value["response"] !== null) yield line;
  }
}
