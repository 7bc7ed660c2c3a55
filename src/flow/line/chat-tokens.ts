import { RowError } from "../../domain/graph/walk/step-value.js";
import { isJsonArray, isJsonObject } from "../../domain/json/json.js";
import type { JsonObject, JsonValue } from "../../domain/json/json.js";

/** Number of tokens that OpenAI adds to each message, and to the beginning of the answer. */
const aMessage = 3;
const theAnswer = 3;
const aName = 1;

/**
 * Returns the number of tokens of a chat. Like promptflow's `estimate_token_count`, it uses the
 * encoding cl100k_base for every model. Throws a `RowError` for a chat with an image.
 */
export async function chatTokens(prompt: JsonValue): Promise<number> {
  const messages: readonly JsonValue[] = isJsonArray(prompt) ? prompt : [{ content: prompt }];
  const { countTokens } = await import("gpt-tokenizer/encoding/cl100k_base");
  const count = (text: string): number => countTokens(text, { disallowedSpecial: new Set() });
  return messages.filter(isJsonObject).reduce((sum: number, message) => {
    const parts = Object.values(message).flatMap(textsOf);
    const tokens = parts.reduce((whole, text) => whole + count(text), 0);
    return sum + aMessage + (Object.hasOwn(message, "name") ? aName : 0) + tokens;
  }, theAnswer);
}

function textsOf(value: JsonValue): readonly string[] {
  if (typeof value === "string") return [value];
  if (!isJsonArray(value)) return [];
  return value.filter(isJsonObject).map(partText);
}

function partText({ type = "text", text }: JsonObject): string {
  if (type === "text" && typeof text === "string") return text;
  throw new RowError(
    "NotSupported",
    "Tokens of images are not counted here. Count them in your own code.",
  );
}
