/** Prompts in Anthropic's form: a text, a turn of a chat with its history, or role objects with a system message first. */
import { isJsonArray, isJsonObject } from "../../domain/json/json.js";
import type { JsonObject, JsonValue } from "../../domain/json/json.js";
import type { Answer } from "../../domain/record/outcome.js";
import { isChat } from "../../domain/record/prompt-record.js";
import type { PromptRecord } from "../../domain/record/prompt-record.js";
import { blockOf, checkBlock, mediaOfBlock } from "./parts.js";
import { ProviderError } from "../provider.js";
import type { MediaFile, ProviderCall } from "../provider.js";

const formMessage =
  "if api == 'anthropic', then the prompt must be a str, list[str], or list[dict[str,str]] where the dictionary " +
  "contains the keys 'role' and 'content' only, and the values for 'role' must be one of 'user' or 'assistant' " +
  "(the first may be 'system')";

/** What is wrong with a prompt, each in one sentence. A record is raw JSON, so its type promises nothing. */
export function checkPrompt(record: PromptRecord): readonly string[] {
  const prompt: JsonValue = record.prompt;
  if (typeof prompt === "string") return [];
  if (!isJsonArray(prompt)) return [formMessage];
  if (prompt.every((turn) => typeof turn === "string")) return [];
  if (!prompt.every(isMessage)) return [formMessage];
  const { system, rest } = splitSystem(prompt);
  if (rest.length === 0) return ["The prompt has a system message and nothing to answer to."];
  if (system !== undefined && record.parameters?.["system"] !== undefined) {
    return [
      "`parameters.system` is given, and the prompt begins with a system message: leave one out.",
    ];
  }
  return rest.flatMap(({ content }) => partsOf(content).flatMap(checkBlock));
}

function isMessage(value: JsonValue, index: number): value is JsonObject {
  if (!isJsonObject(value)) return false;
  const { role, content } = value;
  const isRole = role === "user" || role === "assistant" || (role === "system" && index === 0);
  const isContent = typeof content === "string" || isJsonObject(content) || isJsonArray(content);
  return isRole && isContent && Object.keys(value).length === 2;
}

function splitSystem(messages: readonly JsonObject[]): {
  readonly system?: JsonValue;
  readonly rest: readonly JsonObject[];
} {
  const [first, ...rest] = messages;
  return first?.["role"] === "system"
    ? { system: first["content"] ?? "", rest }
    : { rest: messages };
}

function partsOf(content: JsonValue | undefined): readonly JsonValue[] {
  if (content === undefined) return [];
  return isJsonArray(content) ? content : [content];
}

/** The files that a history's images and documents name. */
export function mediaOf(record: PromptRecord): readonly MediaFile[] {
  const prompt: JsonValue = record.prompt;
  if (!isJsonArray(prompt)) return [];
  return prompt
    .filter(isJsonObject)
    .flatMap(({ content }) => partsOf(content).flatMap(mediaOfBlock));
}

/** `messages` and, where the prompt has one, `system`. Reads the files that it names. */
export async function messagesOf(call: ProviderCall): Promise<JsonObject> {
  const { prompt } = call.record;
  const [problem] = checkPrompt(call.record);
  if (problem !== undefined) throw new ProviderError(problem, { kind: "bad-prompt" });
  if (typeof prompt === "string") return { messages: [{ role: "user", content: prompt }] };
  if (isChat(prompt)) return { messages: chatMessages(prompt, call) };
  const { system, rest } = splitSystem(prompt);
  const messages = await Promise.all(
    rest.map(async ({ role = "user", content }) => ({
      role,
      content: await contentOf(content, call.mediaFolder),
    })),
  );
  return {
    ...(system !== undefined && { system: await contentOf(system, call.mediaFolder) }),
    messages,
  };
}

/** A text stays one. */
async function contentOf(content: JsonValue | undefined, mediaFolder: string): Promise<JsonValue> {
  if (typeof content === "string") return content;
  return Promise.all(partsOf(content).map((part) => blockOf(part, mediaFolder)));
}

function chatMessages(turns: readonly string[], call: ProviderCall): readonly JsonObject[] {
  return turns.slice(0, call.turn + 1).flatMap((content, turn): JsonObject[] => {
    const answer = turn < call.turn ? call.answers[turn] : undefined;
    return [{ role: "user", content }, ...(answer ? assistantMessage(answer) : [])];
  });
}

/** The API takes no message without text, and joins two of a user. */
function assistantMessage({ response }: Answer): readonly JsonObject[] {
  const texts = (isJsonArray(response) ? response : [response]).filter(
    (text): text is string => typeof text === "string" && text.trim() !== "",
  );
  if (texts.length === 0) return [];
  const blocks = texts.map((text) => ({ type: "text", text }));
  return [{ role: "assistant", content: texts.length === 1 ? (texts[0] ?? "") : blocks }];
}
