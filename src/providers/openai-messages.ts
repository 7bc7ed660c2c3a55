/** Prompts in OpenAI's form, as prompto makes them: a text, a turn of a chat with its history, or role objects. */
import { isJsonObject } from "../domain/json.js";
import type { JsonObject, JsonValue } from "../domain/json.js";
import type { Answer } from "../domain/outcome.js";
import { isChat } from "../domain/prompt-record.js";
import type { Prompt, PromptRecord } from "../domain/prompt-record.js";
import { ProviderError } from "./provider.js";
import type { MediaFile, ProviderCall } from "./provider.js";
import { readMedia } from "./read-media.js";

const roles: readonly unknown[] = ["system", "user", "assistant", "developer", "tool"];
const historyKeys = ["role", "content", "name", "tool_calls", "tool_call_id"];

const formMessage =
  "if api == 'openai', then the prompt must be a str, list[str], or list[dict[str,str]] where the dictionary " +
  "contains the keys 'role' and 'content' only, and the values for 'role' must be one of 'system', 'user' or " +
  "'assistant' ('developer' and 'tool' are taken too)";

/** What is wrong with a prompt's form, or `undefined`. A record is raw JSON, so its type promises nothing. */
export function checkPromptForm(prompt: unknown): string | undefined {
  if (typeof prompt === "string") return undefined;
  if (!Array.isArray(prompt)) return formMessage;
  const isText = (turn: unknown): boolean => typeof turn === "string";
  return prompt.every(isText) || prompt.every(isHistoryMessage) ? undefined : formMessage;
}

function isHistoryMessage(value: JsonValue): boolean {
  if (!isJsonObject(value) || !roles.includes(value["role"])) return false;
  const { content } = value;
  const isContent =
    typeof content === "string" ||
    isJsonObject(content) ||
    Array.isArray(content) ||
    (content === null && value["tool_calls"] !== undefined);
  return isContent && Object.keys(value).every((key) => historyKeys.includes(key));
}

/** The image files of a history; what is wrong with its form is told elsewhere. */
export function mediaOf({ prompt }: PromptRecord): readonly MediaFile[] {
  if (!Array.isArray(prompt)) return [];
  return (prompt as readonly JsonValue[]).flatMap((message) => {
    const content = isJsonObject(message) ? message["content"] : undefined;
    const parts = Array.isArray(content) ? (content as readonly JsonValue[]) : [content];
    return parts.flatMap((part) => {
      if (!isJsonObject(part) || part["type"] !== "image_url") return [];
      const image = part["image_url"];
      const url = isJsonObject(image) ? image["url"] : image;
      return typeof url === "string" && !isReadByApi(url) ? [{ path: url }] : [];
    });
  });
}

export async function messagesOf(call: ProviderCall): Promise<readonly JsonObject[]> {
  const { prompt } = call.record;
  const problem = checkPromptForm(prompt);
  if (problem !== undefined) throw badPrompt(problem);
  if (typeof prompt === "string") return [{ role: "user", content: prompt }];
  if (isChat(prompt)) return chatMessages(prompt, call);
  return historyMessages(prompt, call.mediaFolder);
}

function chatMessages(turns: readonly string[], call: ProviderCall): readonly JsonObject[] {
  const choices = call.record.parameters?.["n"];
  const isManyChoices = typeof choices === "number" && choices > 1;
  return turns.slice(0, call.turn + 1).flatMap((content, turn): JsonObject[] => {
    const answer = turn < call.turn ? call.answers[turn] : undefined;
    const user = { role: "user", content };
    return answer ? [user, assistantMessage(answer, isManyChoices)] : [user];
  });
}

/** Of several choices the first goes on; an answer without text leaves its place, since roles must alternate. */
function assistantMessage({ response }: Answer, isManyChoices: boolean): JsonObject {
  const content =
    isManyChoices && Array.isArray(response) ? (response as JsonValue[])[0] : response;
  return { role: "assistant", content: content ?? "" };
}

async function historyMessages(
  prompt: Exclude<Prompt, string | readonly string[]>,
  mediaFolder: string,
): Promise<readonly JsonObject[]> {
  return Promise.all(
    prompt.map(async (message) => {
      const { content = null } = message;
      if (content === null) return message;
      const parts = Array.isArray(content) ? (content as JsonValue[]) : [content];
      return {
        ...message,
        content: await Promise.all(parts.map((part) => partOf(part, mediaFolder))),
      };
    }),
  );
}

async function partOf(part: JsonValue, mediaFolder: string): Promise<JsonObject> {
  if (typeof part === "string") return { type: "text", text: part };
  if (!isJsonObject(part)) throw badPrompt(formMessage);
  const type = part["type"];
  if (type === undefined) throw badPrompt("Multimedia type is not specified");
  if (type === "text") {
    requireKey(part, "text", "content");
    return part;
  }
  if (type !== "image_url") throw badPrompt(`Unsupported multimedia type: ${asText(type)}`);
  requireKey(part, "image_url", "content");
  return { ...part, image_url: await imageOf(part["image_url"], mediaFolder) };
}

async function imageOf(image: JsonValue | undefined, mediaFolder: string): Promise<JsonObject> {
  const given = typeof image === "string" ? { url: image } : image;
  if (!isJsonObject(given) || typeof given["url"] !== "string") {
    throw badPrompt(
      "Got type == 'image_url', but 'url' is not a key in the content['image_url'] dictionary",
    );
  }
  return { detail: "auto", ...given, url: await urlOf(given["url"], mediaFolder) };
}

async function urlOf(url: string, mediaFolder: string): Promise<string> {
  if (isReadByApi(url)) return url;
  const { mimeType, bytes } = await readMedia(mediaFolder, { path: url });
  return `data:${mimeType};base64,${bytes.toString("base64")}`;
}

function isReadByApi(url: string): boolean {
  return /^(https:\/\/|data:)/.test(url);
}

function requireKey(part: JsonObject, key: string, where: string): void {
  if (part[key] === undefined) {
    throw badPrompt(`Got type == '${key}', but '${key}' is not a key in the ${where} dictionary`);
  }
}

function asText(value: JsonValue): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function badPrompt(message: string): ProviderError {
  return new ProviderError(message, { kind: "bad-prompt" });
}
