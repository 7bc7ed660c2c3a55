import type { JsonObject } from "../../domain/json/json.js";
import type { TokenCounts } from "../../domain/tokens/token-counts.js";
import { countTokens } from "../tokens/count-tokens.js";

/**
 * None of these numbers includes another: https://ai.google.dev/api/generate-content#UsageMetadata.
 */
export function googleTokens(usage: JsonObject): TokenCounts | undefined {
  return countTokens(usage, {
    input: ["promptTokenCount", "toolUsePromptTokenCount"],
    output: ["candidatesTokenCount", "thoughtsTokenCount"],
  });
}
