import type { JsonValue } from "../json/json.js";

/**
 * The answer was cut off at its maximum length, or the model or a filter of the API withheld it or a
 * part of it.
 */
export type Shortened = "cut" | "withheld";

/** The words of the vendors' documentation for `finish_reason`, `stop_reason` and `finishReason`. */
const words: ReadonlyMap<string, Shortened> = new Map([
  ...listed("cut", [
    // OpenAI, Mistral, Ollama
    "length",
    "model_length",
    // Anthropic
    "max_tokens",
    "model_context_window_exceeded",
    // OpenAI's Responses API
    "max_output_tokens",
    // Gemini
    "MAX_TOKENS",
  ]),
  ...listed("withheld", [
    // OpenAI
    "content_filter",
    // Anthropic
    "refusal",
    // Gemini
    "SAFETY",
    "RECITATION",
    "BLOCKLIST",
    "PROHIBITED_CONTENT",
    "SPII",
    "IMAGE_SAFETY",
  ]),
]);

function listed(kind: Shortened, names: readonly string[]): readonly [string, Shortened][] {
  return names.map((name) => [name, kind]);
}

/**
 * Tells by its `finish_reason` whether an answer is less than the model would have said.
 *
 * @param finishReason of a chat or of several choices a list, in which one such reason is enough
 */
export function shortenedBy(finishReason: JsonValue | undefined): Shortened | undefined {
  const reasons = Array.isArray(finishReason) ? finishReason.flat(2) : [finishReason];
  const found = reasons.map((reason) =>
    typeof reason === "string" ? words.get(reason) : undefined,
  );
  return found.find((kind) => kind === "withheld") ?? found.find((kind) => kind !== undefined);
}
