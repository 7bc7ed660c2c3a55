import type { JsonObject } from "../domain/json.js";
import type { TokenCounts } from "../domain/token-counts.js";
import { countTokens } from "./count-tokens.js";

/** https://ai.google.dev/api/generate-content#UsageMetadata: of these numbers none is part of another. */
export function googleTokens(usage: JsonObject): TokenCounts | undefined {
  return countTokens(usage, {
    input: ["promptTokenCount", "toolUsePromptTokenCount"],
    output: ["candidatesTokenCount", "thoughtsTokenCount"],
  });
}
