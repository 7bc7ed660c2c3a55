/**
 * Prompts in OpenAI's form, as prompto makes them: a text, a turn of a chat with its history, or
 * role objects.
 */
import { isJsonArray, isJsonObject } from "../../domain/json/json.js";
import type { JsonObject, JsonValue } from "../../domain/json/json.js";
import type { Answer } from "../../domain/record/outcome.js";
import { isChat } from "../../domain/record/prompt-record.js";
import { ProviderError } from "../provider.js";
import type { ProviderCall } from "../provider.js";
import { toPart } from "./parts.js";

/** Returns the problem of a prompt, or `undefined`. The API itself checks messages and parts. */
export function checkPrompt(prompt: unknown, api: string): string | undefined {
  if (typeof prompt === "string") return undefined;
  const isList = Array.isArray(prompt);
  const turns: readonly JsonValue[] = isList ? prompt : [];
  const isChat = turns.every((turn) => typeof turn === "string");
  if (isList && (isChat || turns.every(isJsonObject))) return undefined;
  return formMessage(api);
}

function formMessage(api: string): string {
  return (
    `if api == '${api}', then \`prompt\` must be a text, a list of texts, or a list of messages ` +
    "(objects with keys such as 'role' and 'content')"
  );
}

/** Returns the parts of a message's content. A single part counts as a list of one. */
export function partsOf({ content = null }: JsonObject): readonly JsonValue[] {
  if (content === null) return [];
  return isJsonArray(content) ? content : [content];
}

export interface MessageRules {
  readonly api: string;
  readonly mostImageBytes: number | undefined;
}

/** Returns the messages of a call. Throws a `bad-prompt` for a problem that `checkPrompt` finds. */
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
      hasParts(message["content"])
        ? {
            ...message,
            content: await Promise.all(partsOf(message).map((part) => toPart(part, rules))),
          }
        : message,
    ),
  );
}

/**
 * True if the content has parts. Other values are sent unchanged, because DeepSeek accepts a text
 * only as a text, and Groq does so for the roles `system` and `tool`.
 */
function hasParts(content: JsonValue | undefined): boolean {
  return isJsonObject(content) || isJsonArray(content);
}

interface ChatSoFar extends Pick<ProviderCall, "turn" | "answers"> {
  /** Value of the parameter `n`. */
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

/**
 * Returns the message of an answer. Continues a chat with the first of several choices. An answer
 * without text keeps its place, because roles must alternate.
 */
function assistantMessage({ response }: Answer, isManyChoices: boolean): JsonObject {
  const content = isManyChoices && isJsonArray(response) ? response[0] : response;
  return { role: "assistant", content: content ?? "" };
}
