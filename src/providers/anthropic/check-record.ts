import type { PromptRecord } from "../../domain/record/prompt-record.js";
import { checkModelName, checkParameters } from "../check-parameters.js";
import { checkPrompt } from "./messages.js";

/** Problems of a record that are known before a call, one sentence each. */
export function checkAnthropicRecord(record: PromptRecord): readonly string[] {
  return [
    ...checkPrompt(record),
    ...checkModelName(record),
    ...checkParameters(record, ["model", "messages"]),
    ...checkMaxTokens(record),
  ];
}

/**
 * Without `max_tokens` the API refuses every call:
 * https://platform.claude.com/docs/en/api/messages.
 */
function checkMaxTokens({ parameters }: PromptRecord): readonly string[] {
  const maxTokens = parameters?.["max_tokens"];
  return Number.isInteger(maxTokens) && Number(maxTokens) >= 1
    ? []
    : [
        `Expected \`parameters.max_tokens\` to be a whole number of tokens, got ${maxTokens === undefined ? "none" : JSON.stringify(maxTokens)}. Anthropic's API answers nothing without it: set, for instance, 1024.`,
      ];
}
