import type { PromptRecord } from "../../domain/record/prompt-record.js";
import { checkModelName, checkParameters } from "../check-parameters.js";
import { checkPrompt } from "./messages.js";

/** Returns the problems of a record that are known before a call, one sentence each. */
export function checkAnthropicRecord(record: PromptRecord): readonly string[] {
  return [
    ...checkPrompt(record),
    ...checkModelName(record),
    ...checkParameters(record, ["model", "messages"]),
    ...checkMaxTokens(record),
  ];
}

function checkMaxTokens({ parameters }: PromptRecord): readonly string[] {
  const maxTokens = parameters?.["max_tokens"];
  if (maxTokens === undefined) return [];
  if (Number.isInteger(maxTokens) && Number(maxTokens) >= 1) return [];
  return [
    `Expected \`parameters.max_tokens\` to be a whole number of tokens, got ${JSON.stringify(maxTokens)}. Correct it, or leave it out: 4096 is then sent.`,
  ];
}
