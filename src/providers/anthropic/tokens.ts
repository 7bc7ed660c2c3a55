import type { JsonObject } from "../../domain/json/json.js";
import type { TokenCounts } from "../../domain/tokens/token-counts.js";
import { countTokens } from "../tokens/count-tokens.js";

/** https://platform.claude.com/docs/en/api/rate-limits: what the cache had is read, and no limit counts it. */
export function anthropicTokens(usage: JsonObject): TokenCounts | undefined {
  const counts = countTokens(usage, {
    input: ["input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens"],
    output: ["output_tokens"],
  });
  const uncounted = usage["cache_read_input_tokens"];
  return counts && typeof uncounted === "number" ? { ...counts, uncounted } : counts;
}
