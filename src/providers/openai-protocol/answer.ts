/**
 * Reads answers of chat completions and completions. The user pays for every answer, so values
 * beside the text may have any form and are kept unchanged.
 */
import { isJsonArray, isJsonObject } from "../../domain/json/json.js";
import type { JsonObject, JsonValue } from "../../domain/json/json.js";
import type { Answer } from "../../domain/record/outcome.js";
import { makeAnswer } from "../answer/make-answer.js";
import { textIn } from "../answer/text-in.js";

/**
 * Key of the filter's findings in Azure's answers. They matter if the filter removed the answer.
 */
const filterKey = "content_filter_results";

/** Keys of a choice that are kept in addition to its text. The user pays for them too. */
const extraKeys = [
  "refusal",
  "tool_calls",
  "function_call",
  "reasoning",
  "reasoning_content",
  "references",
  "annotations",
  "audio",
  "logprobs",
  filterKey,
] as const;

/** Reads the body of a successful call. Returns a problem if the body is invalid. */
export function readChatAnswer(body: JsonValue): Answer | { readonly problem: string } {
  const { choices, model, usage } = isJsonObject(body) ? body : {};
  if (!isJsonArray(choices)) return { problem: "`choices` is not a list." };
  if (!choices.every(isChoice)) {
    return { problem: "a choice has neither `message`, `text` nor `finish_reason`." };
  }
  return makeAnswer({
    response: choices.length === 0 ? "" : (perChoice(choices.map(textOf)) ?? null),
    model,
    finishReason: perChoice(choices.map((choice) => choice["finish_reason"] ?? null)),
    usage,
    extra: extraOf(choices),
  });
}

/** True for a choice. After filtering, a choice may have a finish reason but no message. */
function isChoice(choice: JsonValue): choice is JsonObject {
  if (!isJsonObject(choice)) return false;
  const { message, text, finish_reason: finishReason } = choice;
  return [message, text, finishReason].some((value) => value !== undefined && value !== null);
}

function contentOf(choice: JsonObject): JsonValue {
  const { message, text = null } = choice;
  return (isJsonObject(message) ? message["content"] : message) ?? text;
}

function textOf(choice: JsonObject): JsonValue {
  return textIn(contentOf(choice)).text;
}

function extraOf(choices: readonly JsonObject[]): JsonObject {
  const found = extraKeys.flatMap((key) => {
    const values = choices.map((choice) => {
      const { message, finish_reason: finishReason } = choice;
      if (key === filterKey && finishReason !== "content_filter") return null;
      const value = (isJsonObject(message) ? message[key] : undefined) ?? choice[key];
      return value ?? partsFor(key, choice);
    });
    return values.some(isTelling) ? [[key, perChoice(values) ?? null] as const] : [];
  });
  return Object.fromEntries(found);
}

/**
 * Returns the parts of the content without text: Mistral's references to sources, and reasoning.
 */
function partsFor(key: string, choice: JsonObject): JsonValue {
  if (key !== "reasoning" && key !== "references") return null;
  const isReference = (part: JsonValue): boolean =>
    isJsonObject(part) && part["type"] === "reference";
  const { others } = textIn(contentOf(choice));
  return others.filter((part) => isReference(part) === (key === "references"));
}

function isTelling(value: JsonValue): boolean {
  return value !== null && value !== "" && !(Array.isArray(value) && value.length === 0);
}

/** Returns the value of a single choice, or a list if `n` > 1. */
function perChoice(values: readonly JsonValue[]): JsonValue | undefined {
  return values.length > 1 ? values : values[0];
}
