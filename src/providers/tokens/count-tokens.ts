import { isJsonObject } from "../../domain/json/json.js";
import type { JsonObject, JsonValue } from "../../domain/json/json.js";
import type { TokenCounts } from "../../domain/tokens/token-counts.js";
import type { Provider } from "../provider.js";

/**
 * Names of an API for tokens in `usage`. Numbers under several names are added. A name with a dot
 * is in a nested object: `prompt_tokens_details.cached_tokens`.
 */
export type TokenNames = Readonly<Record<"input" | "output", readonly string[]>> &
  Readonly<Partial<Record<TokenPart, readonly string[]>>>;

type TokenPart = "cachedInput" | "cacheWrite" | "longCacheWrite" | "reasoning";

const parts: readonly TokenPart[] = ["cachedInput", "cacheWrite", "longCacheWrite", "reasoning"];

/** Returns the tokens in `usage`, or `undefined` if there are none under these names. */
export function countTokens(usage: JsonObject, names: TokenNames): TokenCounts | undefined {
  const { input, output } = names;
  const isTold = [...input, ...output].some((name) => numberAt(usage, name) !== undefined);
  if (!isTold) return undefined;
  const counted = parts.map((part) => [part, sum(usage, names[part] ?? [])] as const);
  return {
    input: sum(usage, input),
    output: sum(usage, output),
    ...Object.fromEntries(counted.filter(([, tokens]) => tokens > 0)),
  };
}

function sum(usage: JsonObject, names: readonly string[]): number {
  return names.reduce((total, name) => total + (numberAt(usage, name) ?? 0), 0);
}

function numberAt(usage: JsonObject, name: string): number | undefined {
  const keys = name.includes(".") ? name.split(".") : [name];
  let value: JsonValue | undefined = usage;
  for (const key of keys) value = isJsonObject(value) ? value[key] : undefined;
  return typeof value === "number" ? value : undefined;
}

/** Names in OpenAI's two APIs and in most other APIs. The details are included in the sums. */
const usualNames: readonly TokenNames[] = [
  {
    input: ["prompt_tokens"],
    output: ["completion_tokens"],
    cachedInput: ["prompt_tokens_details.cached_tokens"],
    cacheWrite: ["prompt_tokens_details.cache_write_tokens"],
    reasoning: ["completion_tokens_details.reasoning_tokens"],
  },
  {
    input: ["input_tokens"],
    output: ["output_tokens"],
    cachedInput: ["input_tokens_details.cached_tokens"],
    cacheWrite: ["input_tokens_details.cache_write_tokens"],
    reasoning: ["output_tokens_details.reasoning_tokens"],
  },
];

/**
 * Uses the API's own reader for `usage`, otherwise the usual names. Returns `undefined` if `usage`
 * is not an object.
 */
export function tokensOf(
  provider: Pick<Provider, "tokensOf"> | undefined,
  usage: JsonValue | undefined,
): TokenCounts | undefined {
  if (!isJsonObject(usage)) return undefined;
  if (provider?.tokensOf) return provider.tokensOf(usage);
  for (const names of usualNames) {
    const counts = countTokens(usage, names);
    if (counts) return counts;
  }
  return undefined;
}
