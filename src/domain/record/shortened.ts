import type { JsonValue } from "../json/json.js";

/**
 * Reason why an answer is shorter than the model's. `cut`: it reached its maximum length.
 * `withheld`: the model or a filter of the API withheld it or a part of it.
 */
export type Shortened = "cut" | "withheld";

/** Values of `finish_reason`, `stop_reason` and `finishReason` from the vendors' documentation. */
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
 * Returns the reason why an answer is shortened; `undefined` if it is complete.
 *
 * @param finishReason one reason, or a list of them for a chat or several choices. One matching
 *   reason is enough.
 */
export function shortenedBy(finishReason: JsonValue | undefined): Shortened | undefined {
  const reasons = Array.isArray(finishReason) ? finishReason.flat(2) : [finishReason];
  const found = reasons.map((reason) =>
    typeof reason === "string" ? words.get(reason) : undefined,
  );
  return found.find((kind) => kind === "withheld") ?? found.find((kind) => kind !== undefined);
}
