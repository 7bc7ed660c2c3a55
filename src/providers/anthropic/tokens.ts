import type { JsonObject } from "../../domain/json/json.js";
import type { TokenCounts } from "../../domain/tokens/token-counts.js";
import { countTokens } from "../tokens/count-tokens.js";

/**
 * Tokens read from the cache count as input, but not against the rate limit:
 * https://platform.claude.com/docs/en/api/rate-limits.
 */
export function anthropicTokens(usage: JsonObject): TokenCounts | undefined {
  const counts = countTokens(usage, {
    input: ["input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens"],
    output: ["output_tokens"],
  });
  const uncounted = usage["cache_read_input_tokens"];
  return counts && typeof uncounted === "number" ? { ...counts, uncounted } : counts;
}
