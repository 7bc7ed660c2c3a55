import { isJsonObject } from "../../domain/json/json.js";
import type { JsonObject, JsonValue } from "../../domain/json/json.js";
import type { TokenCounts } from "../../domain/tokens/token-counts.js";
import type { Provider } from "../provider.js";

/** What an API calls its tokens in `usage`. The numbers under several names are added. */
export interface TokenNames {
  readonly input: readonly string[];
  readonly output: readonly string[];
}

/** The tokens in `usage`, or `undefined` where it tells none under these names. */
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

/** As OpenAI's two APIs call them, and with them most others. */
const usualNames: readonly TokenNames[] = [
  { input: ["prompt_tokens"], output: ["completion_tokens"] },
  { input: ["input_tokens"], output: ["output_tokens"] },
];

/** By the API's own reading of its `usage`, else by the usual names. A `usage` that is no object tells none. */
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
