/** A call of a line, by a node or by code: its model, and the response that its code gets. */
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
 * The call as a record. Throws a `RowError` for a model without an API.
 *
 * @param connections each with the API that it stands for
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
  // A rendered prompt is one, and code's own is checked by its API.
  return { api, model_name: llm.slice(slash + 1), prompt, parameters } as PromptRecord;
}

/** Throws a `RowError` for an answer that should be JSON and is not. */
export function lineAnswerOf(answer: Answer, { json }: Pick<ModelAsk, "json">): LineAnswer {
  return {
    response: json ? parsed(answer.response) : answer.response,
    facts: factsOf(answer),
  };
}

function factsOf({ model, finishReason, usage, extra }: Answer): JsonObject {
  return { ...extra, ...defined({ model, finish_reason: finishReason, usage }) };
}

/** promptflow gives the object where its JSON mode is asked for. */
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
