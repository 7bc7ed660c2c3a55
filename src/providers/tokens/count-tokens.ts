import { isJsonObject } from "../../domain/json/json.js";
import type { JsonObject, JsonValue } from "../../domain/json/json.js";
import type { TokenCounts } from "../../domain/tokens/token-counts.js";
import type { Provider } from "../provider.js";

/** An API's names for tokens in `usage`. Numbers under several names are added. */
export interface TokenNames {
  readonly input: readonly string[];
  readonly output: readonly string[];
}

/** Returns the tokens in `usage`, or `undefined` if there are none under these names. */
export function countTokens(
  usage: JsonObject,
  { input, output }: TokenNames,
): TokenCounts | undefined {
  const isTold = [...input, ...output].some((name) => typeof usage[name] === "number");
  return isTold ? { input: sum(usage, input), output: sum(usage, output) } : undefined;
}

function sum(usage: JsonObject, names: readonly string[]): number {
  return names.reduce((total, name) => {
    const value = usage[name];
    return total + (typeof value === "number" ? value : 0);
  }, 0);
}

/** Names in OpenAI's two APIs and in most others. */
const usualNames: readonly TokenNames[] = [
  { input: ["prompt_tokens"], output: ["completion_tokens"] },
  { input: ["input_tokens"], output: ["output_tokens"] },
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
  return usualNames
    .map((names) => countTokens(usage, names))
    .find((counts) => counts !== undefined);
}
