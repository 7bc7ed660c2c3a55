/** Estimates the cost of calls before they are sent, as a range. */
import { costOf, pricesFor } from "../money/cost-of.js";
import type { Price } from "../money/price.js";
import type { Bounds } from "./bounds.js";
import type { CallWork } from "./call-work.js";
import type { EstimatedTokens } from "./token-estimate.js";

/** Minimum number of tokens of a prompt's beginning that OpenAI and Google read from a cache. */
const shortestCached = 1_024;

export interface PricedWork {
  readonly work: Pick<CallWork, "calls" | "longestPrompt">;
  readonly tokens: EstimatedTokens;
  /** True if earlier answers came from a cache, false if none did. @default unknown */
  readonly cached?: boolean;
}

/**
 * Estimates the cost in dollars. The lower bound uses the prices of the cache for prompts that may
 * come from it.
 */
export function estimateCost({ work, tokens, cached }: PricedWork, price: Price): Bounds {
  const { calls, longestPrompt } = work;
  const { input, output } = tokens;
  const usual = pricesFor(input.low / calls, price);
  const mayBeCached = cached ?? longestPrompt >= shortestCached;
  const longest = Math.max(input.high / calls, longestPrompt * (input.high / input.low || 1));
  return {
    low: costOf(
      { input: input.low, output: output.low, cachedInput: mayBeCached ? input.low : 0 },
      usual,
    ),
    high: costOf({ input: input.high, output: output.high }, dearest(pricesFor(longest, price))),
  };
}

/** Returns the highest prices: all input is written to the cache, and all output is thinking. */
function dearest({ input, output, cacheWrite, reasoning }: Price): Price {
  return {
    input: Math.max(input, cacheWrite ?? 0),
    output: Math.max(output, reasoning ?? 0),
  };
}
