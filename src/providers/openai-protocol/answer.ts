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
  "reasoning_details",
  "references",
  "parts",
  "images",
  "annotations",
  "audio",
  "logprobs",
  filterKey,
] as const;

/** Reads the body of a successful call. Returns a problem if the body is invalid. */
export function readChatAnswer(body: JsonValue): Answer | { readonly problem: string } {
  const { choices, model, usage, citations } = isJsonObject(body) ? body : {};
  if (!isJsonArray(choices)) return { problem: "`choices` is not a list." };
  if (!choices.every(isChoice)) {
    return { problem: "a choice has neither `message`, `text` nor `finish_reason`." };
  }
  return makeAnswer({
    response: choices.length === 0 ? "" : (perChoice(choices.map(textOf)) ?? null),
    model,
    finishReason: perChoice(choices.map((choice) => choice["finish_reason"] ?? null)),
    usage,
    extra: { ...extraOf(choices), ...(isTelling(citations) && { citations }) },
  });
}

/** True for a choice. After filtering, a choice may have a finish reason but no message. */
function isChoice(choice: JsonValue): choice is JsonObject {
  if (!isJsonObject(choice)) return false;
  const { text, finish_reason: finishReason } = choice;
  return [messageOf(choice), text, finishReason].some(
    (value) => value !== undefined && value !== null,
  );
}

/** Returns the message. A server that streams only sends it as `delta`. */
function messageOf({ message, delta }: JsonObject): JsonValue | undefined {
  return message ?? delta;
}

function contentOf(choice: JsonObject): JsonValue {
  const { text = null } = choice;
  const message = messageOf(choice);
  return (isJsonObject(message) ? message["content"] : message) ?? text;
}

function textOf(choice: JsonObject): JsonValue {
  return textIn(contentOf(choice)).text;
}

function extraOf(choices: readonly JsonObject[]): JsonObject {
  const found = extraKeys.flatMap((key) => {
    const values = choices.map((choice) => {
      const message = messageOf(choice);
      if (key === filterKey && choice["finish_reason"] !== "content_filter") return null;
      const value = (isJsonObject(message) ? message[key] : undefined) ?? choice[key];
      return value ?? partsFor(key, choice);
    });
    return values.some(isTelling) ? [[key, perChoice(values) ?? null] as const] : [];
  });
  return Object.fromEntries(found);
}

/** Keys for the parts of the content without text, e.g. reasoning and Mistral's references. */
const keysOfParts: ReadonlyMap<JsonValue | undefined, string> = new Map([
  ["reference", "references"],
  ["thinking", "reasoning"],
  ["reasoning", "reasoning"],
]);

/** Returns the parts of the content without text that belong to a key; all others to `parts`. */
function partsFor(key: string, choice: JsonObject): JsonValue {
  const { others } = textIn(contentOf(choice));
  const keyOf = (part: JsonValue): string =>
    keysOfParts.get(isJsonObject(part) ? part["type"] : undefined) ?? "parts";
  const found = others.filter((part) => keyOf(part) === key);
  return found.length === 0 ? null : found;
}

function isTelling(value: JsonValue | undefined): value is JsonValue {
  return (
    value !== undefined &&
    value !== null &&
    value !== "" &&
    !(Array.isArray(value) && value.length === 0)
  );
}

/** Returns the value of a single choice, or a list if `n` > 1. */
function perChoice(values: readonly JsonValue[]): JsonValue | undefined {
  return values.length > 1 ? values : values[0];
}
