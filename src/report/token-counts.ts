import type { JsonObject, JsonValue } from "../domain/json.js";

/** Tokens of requests and of answers. */
export interface TokenCounts {
  readonly input: number;
  readonly output: number;
}

/** What the APIs call them, one row a dialect. */
const dialects = [
  ["prompt_tokens", "completion_tokens"],
  ["input_tokens", "output_tokens"],
  ["promptTokenCount", "candidatesTokenCount"],
  ["prompt_token_count", "candidates_token_count"],
  ["prompt_eval_count", "eval_count"],
] as const;

/** The tokens that an API's `usage` tells, or `undefined` where it tells none in a dialect that is known. */
export function tokenCounts(usage: JsonObject): TokenCounts | undefined {
  for (const [input, output] of dialects) {
    if (typeof usage[input] !== "number" && typeof usage[output] !== "number") continue;
    return { input: amount(usage[input]), output: amount(usage[output]) };
  }
  return undefined;
}

function amount(value: JsonValue | undefined): number {
  return typeof value === "number" ? value : 0;
}
