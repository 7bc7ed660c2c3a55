/** A call of a line from a node or from code: its model, and the response for the code. */
import { defined } from "../../domain/defined.js";
import { RowError } from "../../domain/graph/walk/step-value.js";
import type { JsonObject, JsonValue } from "../../domain/json/json.js";
import { parseJsonText } from "../../domain/json/json-text.js";
import { hintOf } from "../../domain/nearest-match.js";
import type { Answer } from "../../domain/record/outcome.js";
import type { PromptRecord } from "../../domain/record/prompt-record.js";
import type { LineAnswer } from "../../executors/lines/executor.js";
import type { AskedCall, PromptyReading } from "./asked-call.js";

export type ModelAsk = Omit<Extract<AskedCall, { kind: "call" }>, "kind">;

/** Returns the call as a record. Throws a `RowError` for a model without a known API. */
export function recordOf(
  { llm, prompt, parameters }: ModelAsk,
  { connections, apis }: PromptyReading,
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
  if (!apis.includes(api)) {
    const known = hintOf(api, apis);
    throw new RowError(
      "UnknownModel",
      `${JSON.stringify(llm)}: there is no API "${api}". ${known}`,
    );
  }
  if (typeof prompt !== "string" && !Array.isArray(prompt)) {
    const found = JSON.stringify(prompt).slice(0, 200);
    const message = `Expected a prompt as text or a list of messages, got ${found}.`;
    throw new RowError("InvalidPrompt", message);
  }
  // The API checks the messages.
  return { api, model_name: llm.slice(slash + 1), prompt, parameters };
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
