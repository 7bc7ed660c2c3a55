import type { JsonObject } from "../../domain/json/json.js";
import type { TokenCounts } from "../../domain/tokens/token-counts.js";
import { countTokens } from "../tokens/count-tokens.js";

/**
 * Counts tokens. `input_tokens` excludes the tokens read from the cache and written to it. Tokens
 * read from the cache count as input, but not against the rate limit:
 * https://platform.claude.com/docs/en/api/rate-limits.
 */
export function anthropicTokens(usage: JsonObject): TokenCounts | undefined {
  const counts = countTokens(usage, {
    input: ["input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens"],
    output: ["output_tokens"],
    cachedInput: ["cache_read_input_tokens"],
    cacheWrite: ["cache_creation_input_tokens"],
    longCacheWrite: ["cache_creation.ephemeral_1h_input_tokens"],
    reasoning: ["output_tokens_details.thinking_tokens"],
  });
  if (!counts) return undefined;
  const uncounted = usage["cache_read_input_tokens"];
  return {
    ...counts,
    ...(typeof uncounted === "number" && { uncounted }),
    ...(usage["service_tier"] === "batch" && { batch: true as const }),
  };
}
