import type { JsonObject } from "../../domain/json/json.js";
import type { TokenCounts } from "../../domain/tokens/token-counts.js";
import { countTokens } from "../tokens/count-tokens.js";

/**
 * Counts tokens. `candidatesTokenCount` excludes thoughts, and the prompt includes cached content:
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
