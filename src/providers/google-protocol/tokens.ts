import type { JsonObject } from "../../domain/json/json.js";
import type { TokenCounts } from "../../domain/tokens/token-counts.js";
import { countTokens } from "../tokens/count-tokens.js";

/** https://ai.google.dev/api/generate-content#UsageMetadata: of these numbers none is part of another. */
export function googleTokens(usage: JsonObject): TokenCounts | undefined {
  return countTokens(usage, {
    input: ["promptTokenCount", "toolUsePromptTokenCount"],
    output: ["candidatesTokenCount", "thoughtsTokenCount"],
  });
}
