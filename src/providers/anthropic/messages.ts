/**
 * Prompts in Anthropic's form: a text, a turn of a chat with its history, or role objects with a
 * system message first.
 */
import { isJsonArray, isJsonObject } from "../../domain/json/json.js";
import type { JsonObject, JsonValue } from "../../domain/json/json.js";
import type { Answer } from "../../domain/record/outcome.js";
import { isChat } from "../../domain/record/prompt-record.js";
import type { PromptRecord } from "../../domain/record/prompt-record.js";
import { blockOf, mediaOfBlock } from "./parts.js";
import { ProviderError } from "../provider.js";
import type { MediaFile, ProviderCall } from "../provider.js";

const formMessage =
  "if api == 'anthropic', then `prompt` must be a text, a list of texts, or a list of messages (objects with keys such as " +
  "'role' and 'content')";

/**
 * Returns the problems of a prompt, one sentence each. The API itself checks the contents of
 * messages.
 */
export function checkPrompt(record: PromptRecord): readonly string[] {
  const prompt: JsonValue = record.prompt;
  if (typeof prompt === "string") return [];
  if (!isJsonArray(prompt)) return [formMessage];
  if (prompt.every((turn) => typeof turn === "string")) return [];
  if (!prompt.every(isJsonObject)) return [formMessage];
  const { system } = splitSystem(prompt);
  return system !== undefined && record.parameters?.["system"] !== undefined
    ? ["`parameters.system` is given, and the prompt begins with a system message: leave one out."]
    : [];
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

/** Returns the files in a history's images and documents. */
export function mediaOf(record: PromptRecord): readonly MediaFile[] {
  const prompt: JsonValue = record.prompt;
  if (!isJsonArray(prompt)) return [];
  return prompt
    .filter(isJsonObject)
    .flatMap(({ content }) => partsOf(content).flatMap(mediaOfBlock));
}

/** Returns `messages` and, if the prompt has one, `system`. Reads the prompt's files. */
export async function messagesOf(call: ProviderCall): Promise<JsonObject> {
  const { prompt } = call.record;
  const [problem] = checkPrompt(call.record);
  if (problem !== undefined) throw new ProviderError(problem, { kind: "bad-prompt" });
  if (typeof prompt === "string") return { messages: [{ role: "user", content: prompt }] };
  if (isChat(prompt)) return { messages: chatMessages(prompt, call) };
  const { system, rest } = splitSystem(prompt);
  const messages = await Promise.all(
    rest.map(async (message) => ({
      ...message,
      ...(message["content"] !== undefined && {
        content: await contentOf(message["content"], call.mediaFolder),
      }),
    })),
  );
  return {
    ...(system !== undefined && { system: await contentOf(system, call.mediaFolder) }),
    messages,
  };
}

/** Returns the content of a message. Text stays text. */
async function contentOf(content: JsonValue, mediaFolder: string): Promise<JsonValue> {
  if (!isJsonArray(content) && !isJsonObject(content)) return content;
  return Promise.all(partsOf(content).map((part) => blockOf(part, mediaFolder)));
}

function chatMessages(turns: readonly string[], call: ProviderCall): readonly JsonObject[] {
  return turns.slice(0, call.turn + 1).flatMap((content, turn): JsonObject[] => {
    const answer = turn < call.turn ? call.answers[turn] : undefined;
    return [{ role: "user", content }, ...(answer ? assistantMessage(answer) : [])];
  });
}

/**
 * Returns the message of an answer. The API rejects messages without text, and joins two user
 * messages in a row.
 */
function assistantMessage({ response }: Answer): readonly JsonObject[] {
  const texts = (isJsonArray(response) ? response : [response]).filter(
    (text): text is string => typeof text === "string" && text.trim() !== "",
  );
  if (texts.length === 0) return [];
  const blocks = texts.map((text) => ({ type: "text", text }));
  return [{ role: "assistant", content: texts.length === 1 ? (texts[0] ?? "") : blocks }];
}
