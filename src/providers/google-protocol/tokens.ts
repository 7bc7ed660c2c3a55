import type { JsonObject } from "../../domain/json/json.js";
import type { TokenCounts } from "../../domain/tokens/token-counts.js";
import { countTokens } from "../tokens/count-tokens.js";

/**
 * Thoughts stand beside the candidates, and cached content is part of the prompt:
 * https://ai.google.dev/api/generate-content#UsageMetadata.
 */
export function googleTokens(usage: JsonObject): TokenCounts | undefined {
  return countTokens(usage, {
    input: ["promptTokenCount", "toolUsePromptTokenCount"],
    output: ["candidatesTokenCount", "thoughtsTokenCount"],
    cachedInput: ["cachedContentTokenCount"],
    reasoning: ["thoughtsTokenCount"],
  });
}
