/** Prompts in OpenAI's form, as prompto makes them: a text, a turn of a chat with its history, or role objects. */
import { isJsonArray, isJsonObject } from "../../domain/json/json.js";
import type { JsonObject, JsonValue } from "../../domain/json/json.js";
import type { Answer } from "../../domain/record/outcome.js";
import { isChat } from "../../domain/record/prompt-record.js";
import { ProviderError } from "../provider.js";
import type { ProviderCall } from "../provider.js";
import { problemOfPart, toPart } from "./parts.js";

const roles: readonly unknown[] = ["system", "user", "assistant", "developer", "tool"];
const historyKeys = ["role", "content", "name", "tool_calls", "tool_call_id"];

const formMessage = (api: string): string =>
  `if api == '${api}', then the prompt must be a str, list[str], or list[dict[str,str]] where the dictionary ` +
  "contains the keys 'role' and 'content' only, and the values for 'role' must be one of 'system', 'user' or " +
  "'assistant' ('developer' and 'tool' are taken too)";

/** What is wrong with a prompt, or `undefined`. A record is raw JSON, so its type promises nothing. */
export function checkPrompt(prompt: unknown, api: string): string | undefined {
  if (typeof prompt === "string") return undefined;
  if (!Array.isArray(prompt)) return formMessage(api);
  if (prompt.every((turn) => typeof turn === "string")) return undefined;
  if (!prompt.every(isHistoryMessage)) return formMessage(api);
  return prompt
    .flatMap(partsOf)
    .map(problemOfPart)
    .find((problem) => problem !== undefined);
}

function isHistoryMessage(value: JsonValue): value is JsonObject {
  if (!isJsonObject(value) || !roles.includes(value["role"])) return false;
  const { content } = value;
  const isContent =
    typeof content === "string" ||
    isJsonObject(content) ||
    isJsonArray(content) ||
    (content === null && value["tool_calls"] !== undefined);
  return isContent && Object.keys(value).every((key) => historyKeys.includes(key));
}

/** The parts of a message's content, which may be one alone. */
export function partsOf({ content = null }: JsonObject): readonly JsonValue[] {
  if (content === null) return [];
  return isJsonArray(content) ? content : [content];
}

export interface MessageRules {
  readonly api: string;
  readonly mostImageBytes: number | undefined;
}

/** Throws a `bad-prompt` for what `checkPrompt` finds. */
export async function messagesOf(
  { record, mediaFolder, ...chat }: ProviderCall,
  { api, mostImageBytes }: MessageRules,
): Promise<readonly JsonObject[]> {
  const { prompt } = record;
  const problem = checkPrompt(prompt, api);
  if (problem !== undefined) throw new ProviderError(problem, { kind: "bad-prompt" });
  if (typeof prompt === "string") return [{ role: "user", content: prompt }];
  if (isChat(prompt)) return chatMessages(prompt, { ...chat, choices: record.parameters?.["n"] });
  const rules = { mediaFolder, mostImageBytes };
  return Promise.all(
    prompt.map(async (message) =>
      message["content"] == null
        ? message
        : {
            ...message,
            content: await Promise.all(partsOf(message).map((part) => toPart(part, rules))),
          },
    ),
  );
}

interface ChatSoFar extends Pick<ProviderCall, "turn" | "answers"> {
  /** The parameter `n`. */
  readonly choices: JsonValue | undefined;
}

function chatMessages(
  turns: readonly string[],
  { turn: current, answers, choices }: ChatSoFar,
): readonly JsonObject[] {
  const isManyChoices = typeof choices === "number" && choices > 1;
  return turns.slice(0, current + 1).flatMap((content, turn): JsonObject[] => {
    const answer = turn < current ? answers[turn] : undefined;
    const user = { role: "user", content };
    return answer ? [user, assistantMessage(answer, isManyChoices)] : [user];
  });
}

/** Of several choices the first goes on; an answer without text leaves its place, since roles must alternate. */
function assistantMessage({ response }: Answer, isManyChoices: boolean): JsonObject {
  const content = isManyChoices && isJsonArray(response) ? response[0] : response;
  return { role: "assistant", content: content ?? "" };
}
