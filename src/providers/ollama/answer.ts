/**
 * Reads answers of Ollama's API. Values beside the text may have any form and are kept unchanged.
 */
import { isJsonObject } from "../../domain/json/json.js";
import type { JsonObject, JsonValue } from "../../domain/json/json.js";
import type { Answer } from "../../domain/record/outcome.js";
import { makeAnswer } from "../answer/make-answer.js";
import { textIn } from "../answer/text-in.js";

const usageKeys = [
  "prompt_eval_count",
  "eval_count",
  "total_duration",
  "load_duration",
  "prompt_eval_duration",
  "eval_duration",
];

/** Reads the body of a successful call. Returns a problem if the body is invalid. */
export function readOllamaAnswer(body: JsonValue): Answer | { readonly problem: string } {
  if (!isJsonObject(body)) return { problem: "it is not an object." };
  const { message, model, done, done_reason: finishReason = null, logprobs } = body;
  if (done === false && finishReason === null) {
    return { problem: "`done` is false, so the answer is incomplete." };
  }
  const content = contentOf(body);
  const beside = pick(isJsonObject(message) ? message : body, ["thinking", "tool_calls"]);
  if (content === null && finishReason === null && Object.keys(beside).length === 0) {
    return { problem: "there is neither `response` nor `message.content`." };
  }
  const usage = pick(body, usageKeys);
  return makeAnswer({
    response: textIn(content).text,
    model,
    finishReason,
    usage: Object.keys(usage).length > 0 ? usage : null,
    extra: { ...beside, ...(logprobs && { logprobs }) },
  });
}

/**
 * Returns the content of a chat message, or the `response` to a text prompt. A `message` that is
 * text is the answer only if `done` says so. Otherwise it is a gateway's error.
 */
function contentOf({ message, response, done }: JsonObject): JsonValue {
  if (isJsonObject(message)) return message["content"] ?? null;
  return response ?? (done === true ? message : null) ?? null;
}

function pick(from: JsonObject, keys: readonly string[]): JsonObject {
  const found = keys.flatMap((key) => {
    const value = from[key];
    return value === undefined || value === null || value === "" ? [] : [[key, value] as const];
  });
  return Object.fromEntries(found);
}
