import type { PromptRecord } from "../../domain/record/prompt-record.js";
import { checkModelName, checkParameters } from "../check-parameters.js";
import { ProviderError } from "../provider.js";
import { checkPrompt } from "./messages.js";

/** Which of OpenAI's three APIs answers. */
export type Mode = "chat" | "completion" | "responses";

interface Rules {
  readonly api: string;
  readonly modes: readonly Mode[];
}

/** What the request takes from the record itself. */
const ownNames = ["model", "messages", "prompt", "input"];

export function checkRecord(record: PromptRecord, { api, modes }: Rules): readonly string[] {
  const { mode = "chat" } = record;
  const problems = [
    checkPrompt(record.prompt, api),
    ...checkModelName(record),
    isOneOf(modes, mode)
      ? undefined
      : `Invalid mode value. Must be ${listOf(modes)}, not ${asText(mode)}`,
    ...checkParameters(record, ownNames),
  ];
  return problems.filter((problem) => problem !== undefined);
}

/** The mode of a call. Throws a `bad-prompt` where there is no such. */
export function requireMode(mode: unknown = "chat", modes: readonly Mode[]): Mode {
  if (isOneOf(modes, mode)) return mode;
  throw new ProviderError(`mode must be one of ${listOf(modes)}, not ${asText(mode)}`, {
    kind: "bad-prompt",
  });
}

function isOneOf(modes: readonly Mode[], mode: unknown): mode is Mode {
  return modes.some((known) => known === mode);
}

/** `'chat', 'completion' or 'responses'`. */
function listOf(modes: readonly Mode[]): string {
  const quoted = modes.map((mode) => `'${mode}'`);
  return `${quoted.slice(0, -1).join(", ")} or ${quoted.at(-1) ?? ""}`;
}

function asText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
