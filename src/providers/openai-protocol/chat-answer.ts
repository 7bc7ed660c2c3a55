import { z } from "zod";
import { isJsonArray, isJsonObject } from "../../domain/json/json.js";
import type { JsonObject, JsonValue } from "../../domain/json/json.js";
import type { Answer } from "../../domain/record/outcome.js";

const content = z.union([z.string(), z.array(z.unknown())]).nullish();

const answerSchema = z.looseObject({
  model: z.string().nullish(),
  usage: z.looseObject({}).nullish(),
  choices: z.array(
    z.union([
      z.looseObject({ message: z.looseObject({ content }) }),
      z.looseObject({ text: z.string() }),
    ]),
  ),
});

/** What a choice brings beside its text and is paid for as well. */
const extraKeys = [
  "refusal",
  "tool_calls",
  "function_call",
  "reasoning",
  "reasoning_content",
  "annotations",
  "audio",
  "logprobs",
] as const;

/** Reads the body of a successful call, or tells what is wrong with it. */
export function readChatAnswer(body: JsonValue): Answer | { readonly problem: string } {
  const parsed = answerSchema.safeParse(body);
  if (!parsed.success) return { problem: z.prettifyError(parsed.error).replaceAll("\n", " ") };
  const { model, usage } = parsed.data;
  // What JSON.parse made is JSON; the schema has checked the shape and forgotten that.
  const choices = parsed.data.choices as unknown as readonly JsonObject[];
  const extra = extraOf(choices);
  const finishReason = perChoice(choices.map((choice) => choice["finish_reason"] ?? null));
  return {
    response: choices.length === 0 ? "" : (perChoice(choices.map(textOf)) ?? null),
    ...(model != null && { model }),
    ...(finishReason != null && { finishReason }),
    // As above.
    ...(usage != null && { usage: usage as JsonObject }),
    ...(Object.keys(extra).length > 0 && { extra }),
  };
}

function textOf(choice: JsonObject): JsonValue {
  const content = messageOf(choice)["content"] ?? choice["text"] ?? null;
  return isJsonArray(content) ? joinTexts(content) : content;
}

/** Some servers answer in parts, of which those that are no text tell how the model came to it. */
function joinTexts(parts: readonly JsonValue[]): JsonValue {
  const texts = parts.flatMap((part) => {
    const text = isJsonObject(part) && part["type"] === "text" ? part["text"] : part;
    return typeof text === "string" ? [text] : [];
  });
  return texts.length === 0 ? null : texts.join("");
}

function otherPartsOf(choice: JsonObject): JsonValue {
  const { content } = messageOf(choice);
  if (!isJsonArray(content)) return null;
  return content.filter((part) => isJsonObject(part) && part["type"] !== "text");
}

function messageOf(choice: JsonObject): JsonObject {
  // The schema lets nothing but an object be a message.
  return (choice["message"] ?? {}) as JsonObject;
}

function extraOf(choices: readonly JsonObject[]): JsonObject {
  const found = extraKeys.flatMap((key) => {
    const values = choices.map((choice) => {
      const value = messageOf(choice)[key] ?? choice[key];
      return value ?? (key === "reasoning" ? otherPartsOf(choice) : null);
    });
    return values.some(isTelling) ? [[key, perChoice(values) ?? null] as const] : [];
  });
  return Object.fromEntries(found);
}

function isTelling(value: JsonValue): boolean {
  return value !== null && value !== "" && !(Array.isArray(value) && value.length === 0);
}

/** The value of the one choice, or a list where `n` > 1. */
function perChoice(values: readonly JsonValue[]): JsonValue | undefined {
  return values.length > 1 ? values : values[0];
}
