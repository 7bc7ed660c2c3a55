import { isJsonObject } from "../../domain/json/json.js";
import type { JsonObject, JsonValue } from "../../domain/json/json.js";
import { partsOf } from "./messages.js";

/**
 * The messages of a chat completion as the `input` of the Responses API, which names its parts for who wrote them
 * (https://platform.openai.com/docs/guides/migrate-to-responses).
 */
export function responsesInputOf(messages: readonly JsonObject[]): readonly JsonObject[] {
  return messages.map((message) => {
    const { role = "user", content = null } = message;
    if (typeof content === "string") return { role, content };
    const textType = role === "assistant" ? "output_text" : "input_text";
    return { role, content: partsOf(message).map((part) => toInputPart(part, textType)) };
  });
}

function toInputPart(part: JsonValue, textType: string): JsonValue {
  if (!isJsonObject(part)) return part;
  const { image_url: image, ...rest } = part;
  if (!isJsonObject(image)) return { ...rest, type: textType };
  const { url = null, ...details } = image;
  return { ...rest, ...details, type: "input_image", image_url: url };
}
