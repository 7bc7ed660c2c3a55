/** A call of a line from a node or from code: its model, and the response for the code. */
import { defined } from "../../domain/defined.js";
import { RowError } from "../../domain/graph/walk/step-value.js";
import type { JsonObject, JsonValue } from "../../domain/json/json.js";
import { parseJsonText } from "../../domain/json/json-text.js";
import type { Answer } from "../../domain/record/outcome.js";
import type { PromptRecord } from "../../domain/record/prompt-record.js";
import type { LineAnswer } from "../../executors/lines/executor.js";
import type { AskedCall } from "./asked-call.js";

export type ModelAsk = Omit<Extract<AskedCall, { kind: "call" }>, "kind">;

/**
 * Returns the call as a record. Throws a `RowError` for a model without an API.
 *
 * @param connections API for each connection
 */
export function recordOf(
  { llm, prompt, parameters }: ModelAsk,
  connections: Readonly<Record<string, string>>,
): PromptRecord {
  const slash = llm.indexOf("/");
  if (slash < 1) {
    throw new RowError(
      "UnknownModel",
      `Expected a model as API/MODEL, such as "openai/gpt-4o", got ${JSON.stringify(llm)}.`,
    );
  }
  const name = llm.slice(0, slash);
  const api = connections[name] ?? name;
  // A rendered prompt is a valid prompt. A prompt from code is checked by its API.
  return { api, model_name: llm.slice(slash + 1), prompt, parameters } as PromptRecord;
}

/** Returns the answer for the code. Throws a `RowError` if the answer must be JSON and is not. */
export function lineAnswerOf(answer: Answer, { json }: Pick<ModelAsk, "json">): LineAnswer {
  return {
    response: json ? parsed(answer.response) : answer.response,
    facts: factsOf(answer),
  };
}

function factsOf({ model, finishReason, usage, extra }: Answer): JsonObject {
  return { ...extra, ...defined({ model, finish_reason: finishReason, usage }) };
}

/** Parses the response, because promptflow returns an object if its JSON mode is set. */
function parsed(response: JsonValue): JsonValue {
  if (typeof response !== "string") return response;
  try {
    return parseJsonText(response);
  } catch {
    throw new RowError(
      "InvalidAnswer",
      `Expected an answer in JSON, got ${response.slice(0, 200)}`,
    );
  }
}
