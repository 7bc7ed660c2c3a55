import type { PromptRecord } from "../../domain/record/prompt-record.js";
import type { Provider } from "../provider.js";

/** As OpenAI's APIs and Anthropic's call it, and with them most others. */
const usualNames: readonly string[] = ["max_tokens", "max_completion_tokens", "max_output_tokens"];

/** The most tokens that a record allows its answer, or `undefined` where it sets no limit that its API knows. */
export function longestAnswerOf(
  provider: Pick<Provider, "longestAnswer"> | undefined,
  { parameters }: Pick<PromptRecord, "parameters">,
): number | undefined {
  const names = provider?.longestAnswer ?? usualNames;
  return names
    .map((name) => parameters?.[name])
    .find((value): value is number => typeof value === "number" && value > 0);
}
