/** Finds the text in a model's output. Most servers send text, some send parts or an object. */
import { isJsonArray, isJsonObject } from "../../domain/json/json.js";
import type { JsonObject, JsonValue } from "../../domain/json/json.js";

export interface FoundText {
  /**
   * Text; `null` if there are parts but none is text. Other JSON if the answer itself is not text.
   */
  readonly text: JsonValue;
  /** Parts without text, such as reasoning. */
  readonly others: readonly JsonValue[];
}

export function textIn(content: JsonValue): FoundText {
  if (isJsonArray(content)) return textInParts(content);
  const isPart = isJsonObject(content) && ("type" in content || textOfPart(content) !== undefined);
  return isPart ? textInParts([content]) : { text: content, others: [] };
}

function textInParts(parts: readonly JsonValue[]): FoundText {
  const texts = parts.map(textOfPart);
  const found = texts.filter((text) => text !== undefined);
  return {
    text: found.length === 0 ? null : found.join(""),
    others: parts.filter((part, index) => texts[index] === undefined && part !== null),
  };
}

const textTypes: readonly unknown[] = ["text", "output_text"];

/** Returns the text of a part. Its `type` must be a word; other values are ignored. */
function textOfPart(part: JsonValue): string | undefined {
  if (typeof part === "string") return part;
  if (!isJsonObject(part)) return undefined;
  const { type, text } = part;
  if (typeof type === "string" && !textTypes.includes(type)) return undefined;
  if (typeof text === "string") return text;
  return isJsonObject(text) ? valueOf(text) : undefined;
}

/** Returns the text in `{"type": "text", "text": {"value": "…"}}`, as in OpenAI's assistants. */
function valueOf({ value }: JsonObject): string | undefined {
  return typeof value === "string" ? value : undefined;
}
