/**
 * Prompts in the form of Google's models: text, a turn of a chat with its history, or role objects
 * with `parts` or `content`. The first role object may be the system message. Each API has its own
 * rules for parts.
 */
import { isJsonArray, isJsonObject } from "../../domain/json/json.js";
import type { JsonObject, JsonValue } from "../../domain/json/json.js";
import type { Answer } from "../../domain/record/outcome.js";
import { isChat } from "../../domain/record/prompt-record.js";
import type { PromptRecord } from "../../domain/record/prompt-record.js";
import { ProviderError } from "../provider.js";
import type { MediaFile, ProviderCall } from "../provider.js";

/** An API's rules for the objects among a prompt's parts. */
export interface PartRules {
  /** Returns the problem of a part, in one sentence. */
  readonly check: (part: JsonObject) => string | undefined;
  /** Returns the file of a part. */
  readonly fileOf: (part: JsonObject) => MediaFile | undefined;
}

/**
 * Returns the problems of a prompt, one sentence each. The API itself checks the contents of
 * messages.
 */
export function checkPrompt(record: PromptRecord, rules: PartRules): readonly string[] {
  const prompt: JsonValue = record.prompt;
  if (typeof prompt === "string") return [];
  if (!isJsonArray(prompt)) return [formMessage(record.api)];
  if (prompt.every((turn) => typeof turn === "string")) return [];
  if (!prompt.every(isJsonObject)) return [formMessage(record.api)];
  return prompt.map(inParts).flatMap(({ parts }, message) =>
    partsOf(parts).flatMap((part, index) => {
      const problem = isJsonObject(part) ? rules.check(part) : undefined;
      return problem === undefined ? [] : [`\`prompt[${message}].parts[${index}]\`: ${problem}`];
    }),
  );
}

function formMessage(api: string): string {
  return (
    `if api == '${api}', then \`prompt\` must be a text, a list of texts, or a list of messages ` +
    "(objects with keys such as 'role' and 'parts')"
  );
}

/** The keys of a message in the form of most other APIs. The API knows no names of speakers. */
const otherKeys: ReadonlySet<string> = new Set(["role", "content", "name"]);

/**
 * Returns the message with `parts`. Steps of pipelines and nodes of flows write `content`, whatever
 * the API. A message with further keys stays as it is.
 */
function inParts(message: JsonObject): JsonObject {
  const { role = "user", content } = message;
  const isOther = Object.keys(message).every((key) => otherKeys.has(key));
  if (!isOther || content === undefined || content === null) return message;
  return {
    role: role === "assistant" ? "model" : role,
    parts: partsOf(content).map(partOfContent),
  };
}

function partOfContent(part: JsonValue): JsonValue {
  if (!isJsonObject(part)) return part;
  const { type, text, image_url: image } = part;
  if (type === "text" && typeof text === "string") return { text };
  const url = isJsonObject(image) ? image["url"] : image;
  return type === "image_url" && typeof url === "string" ? { type: "image", media: url } : part;
}

function partsOf(parts: JsonValue | undefined): readonly JsonValue[] {
  if (parts === undefined) return [];
  return isJsonArray(parts) ? parts : [parts];
}

/** Returns the files of a history. `checkPrompt` reports an invalid form. */
export function mediaOf(record: PromptRecord, rules: PartRules): readonly MediaFile[] {
  const prompt: JsonValue = record.prompt;
  if (!isJsonArray(prompt)) return [];
  return prompt
    .filter(isJsonObject)
    .flatMap((message) => partsOf(inParts(message)["parts"]).filter(isJsonObject))
    .flatMap((part) => rules.fileOf(part) ?? []);
}

/**
 * Returns `contents` and, if the prompt has one, `systemInstruction`. `toPart` converts the objects
 * to their final form.
 */
export async function contentsOf(
  call: ProviderCall,
  rules: PartRules,
  toPart: (part: JsonObject) => Promise<JsonObject>,
): Promise<JsonObject> {
  const { prompt } = call.record;
  const [problem] = checkPrompt(call.record, rules);
  if (problem !== undefined) throw new ProviderError(problem, { kind: "bad-prompt" });
  if (typeof prompt === "string") return { contents: [textContent("user", prompt)] };
  if (isChat(prompt)) return { contents: chatContents(prompt, call) };
  const partOf = async (part: JsonValue): Promise<JsonValue> => {
    if (isJsonObject(part)) return toPart(part);
    return typeof part === "string" ? { text: part } : part;
  };
  const contents = await Promise.all(
    prompt.map(inParts).map(async (message): Promise<JsonObject> => {
      const { parts } = message;
      if (parts === undefined) return message;
      return { ...message, parts: await Promise.all(partsOf(parts).map(partOf)) };
    }),
  );
  const [first, ...rest] = contents;
  if (first?.["role"] !== "system") return { contents };
  const { parts: system = [] } = first;
  return { systemInstruction: { parts: system }, contents: rest };
}

function textContent(role: string, text: string): JsonObject {
  return { role, parts: [{ text }] };
}

function chatContents(turns: readonly string[], call: ProviderCall): readonly JsonObject[] {
  return turns.slice(0, call.turn + 1).flatMap((text, turn): JsonObject[] => {
    const answer = turn < call.turn ? call.answers[turn] : undefined;
    return [textContent("user", text), ...(answer ? modelContent(answer) : [])];
  });
}

/**
 * Returns the model's content. Continues a chat with the first of several candidates. The API
 * rejects content without text, for example after a function call.
 */
function modelContent({ response }: Answer): readonly JsonObject[] {
  const text = isJsonArray(response) ? response[0] : response;
  return typeof text === "string" && text !== "" ? [textContent("model", text)] : [];
}
