import { isJsonObject } from "../../domain/json/json.js";
import type { PromptRecord } from "../../domain/record/prompt-record.js";
import { checkModelName, checkParameters } from "../check-parameters.js";
import { ProviderError } from "../provider.js";
import { checkPrompt } from "./messages.js";

/** One of OpenAI's three APIs. */
export type Mode = "chat" | "completion" | "responses";

interface Rules {
  readonly api: string;
  readonly modes: readonly Mode[];
  /** OpenAI's parameters that the API rejects, with the API's own names for them. */
  readonly renamedParameters?: Readonly<Record<string, string>> | undefined;
}

/** Request fields that the record itself sets. */
const ownNames = ["model", "messages", "prompt", "input"];

export function checkRecord(
  record: PromptRecord,
  { api, modes, renamedParameters = {} }: Rules,
): readonly string[] {
  const { mode = "chat" } = record;
  const problems = [
    checkPrompt(record.prompt, api),
    ...checkModelName(record),
    isOneOf(modes, mode)
      ? undefined
      : `Invalid mode value. Must be ${listOf(modes)}, not ${asText(mode)}`,
    ...checkParameters(record, ownNames),
    ...Object.entries(renamedParameters).map(([name, apiName]) =>
      isGiven(record, name)
        ? `\`parameters.${name}\` is not a parameter of ${api}. Use \`${apiName}\`.`
        : undefined,
    ),
  ];
  return problems.filter((problem) => problem !== undefined);
}

function isGiven({ parameters }: PromptRecord, name: string): boolean {
  return isJsonObject(parameters ?? undefined) && Object.hasOwn(parameters ?? {}, name);
}

/** Returns the mode of a call. Throws a `bad-prompt` for an unknown mode. */
export function requireMode(mode: unknown = "chat", modes: readonly Mode[]): Mode {
  if (isOneOf(modes, mode)) return mode;
  throw new ProviderError(`mode must be ${listOf(modes)}, not ${asText(mode)}`, {
    kind: "bad-prompt",
  });
}

function isOneOf(modes: readonly Mode[], mode: unknown): mode is Mode {
  return modes.some((known) => known === mode);
}

/** Formats `'chat', 'completion' or 'responses'`. */
function listOf(modes: readonly Mode[]): string {
  const quoted = modes.map((mode) => `'${mode}'`);
  const last = quoted.at(-1) ?? "";
  return quoted.length > 1 ? `${quoted.slice(0, -1).join(", ")} or ${last}` : last;
}

function asText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
