import type { PromptRecord } from "../../domain/record/prompt-record.js";
import type { Provider } from "../provider.js";

/** Names in the APIs of OpenAI and Anthropic, and in most other APIs. */
const usualNames: readonly string[] = ["max_tokens", "max_completion_tokens", "max_output_tokens"];

/**
 * Returns the maximum tokens of a record's answer, or `undefined` if the record has no known limit.
 */
export function longestAnswerOf(
  provider: Pick<Provider, "longestAnswer" | "demandedParameters"> | undefined,
  { parameters }: Pick<PromptRecord, "parameters">,
): number | undefined {
  const names = provider?.longestAnswer ?? usualNames;
  return names
    .map((name) => parameters?.[name] ?? provider?.demandedParameters?.[name])
    .find((value): value is number => typeof value === "number" && value > 0);
}
