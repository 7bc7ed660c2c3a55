/**
 * Prompts in Ollama's form. Ollama expects images as base64 beside a message's text; records
 * contain paths or `data:` URLs.
 */
import { isJsonArray, isJsonObject } from "../../domain/json/json.js";
import type { JsonObject, JsonValue } from "../../domain/json/json.js";
import { isChat } from "../../domain/record/prompt-record.js";
import type { PromptRecord } from "../../domain/record/prompt-record.js";
import { ProviderError } from "../provider.js";
import type { MediaFile, ProviderCall } from "../provider.js";
import { readMedia } from "../media/read-media.js";

const formMessage =
  "if api == 'ollama', then `prompt` must be a text, a list of texts, or a list of messages (objects with keys such as " +
  "'role', 'content' and 'images')";

/**
 * Returns the problems of a prompt with parts that Ollama cannot accept. Ollama itself checks the
 * other fields of messages.
 */
export function checkPrompt({ prompt }: PromptRecord): readonly string[] {
  if (typeof prompt === "string") return [];
  if (!isJsonArray(prompt)) return [formMessage];
  if (prompt.every((turn) => typeof turn === "string")) return [];
  if (!prompt.every(isJsonObject)) return [formMessage];
  return prompt.flatMap((message, index) => {
    const place = `prompt[${index}]`;
    const url = imagesOf(message).find((image) => /^https?:/i.test(image));
    return [
      ...problemsOfParts(message, place),
      ...(url === undefined
        ? []
        : [
            `\`${place}\`: Ollama fetches no images by URL. Put ${JSON.stringify(url)} under media/ and name its path.`,
          ]),
    ];
  });
}

/**
 * Returns the problems of parts. Ollama's content is text with images beside it. Other parts are
 * not supported.
 */
function problemsOfParts({ content }: JsonObject, place: string): readonly string[] {
  if (!isJsonArray(content) && !isJsonObject(content)) return [];
  return partsOf({ content }).flatMap((part, index) =>
    isPart(part)
      ? []
      : [
          `\`${place}.content[${index}]\`: Ollama takes texts and images, got ${JSON.stringify(part).slice(0, 100)}.`,
        ],
  );
}

function isPart(part: JsonValue): boolean {
  if (typeof part === "string") return true;
  return (
    isJsonObject(part) && (typeof part["text"] === "string" || imageOfPart(part) !== undefined)
  );
}

/**
 * Returns the image of a part in OpenAI's form. This form is supported, so that a prompt with
 * images can be sent to several APIs.
 */
function imageOfPart(part: JsonValue): string | undefined {
  if (!isJsonObject(part) || part["type"] !== "image_url") return undefined;
  const image = part["image_url"];
  const url = isJsonObject(image) ? image["url"] : image;
  return typeof url === "string" ? url : undefined;
}

function partsOf({ content }: JsonObject): readonly JsonValue[] {
  if (content === undefined) return [];
  return isJsonArray(content) ? content : [content];
}

function imagesOf(message: JsonValue): readonly string[] {
  if (!isJsonObject(message)) return [];
  const { images } = message;
  const named = isJsonArray(images) ? images : [];
  return [...named, ...partsOf(message).map(imageOfPart)].filter(
    (each) => typeof each === "string",
  );
}

/** Returns the image files of a history. `checkPrompt` reports an invalid form. */
export function mediaOf({ prompt }: PromptRecord): readonly MediaFile[] {
  if (!isJsonArray(prompt)) return [];
  return prompt
    .flatMap(imagesOf)
    .filter((image) => base64Of(image) === undefined)
    .map((path) => ({ path }));
}

/**
 * Returns the base64 of an image that is not a path: from a `data:` URL, or plain base64, which is
 * long and contains no dots.
 */
function base64Of(image: string): string | undefined {
  if (image.startsWith("data:")) return image.slice(image.indexOf(",") + 1);
  return image.length >= 64 && /^[A-Za-z0-9+/]+={0,2}$/.test(image) ? image : undefined;
}

export async function messagesOf({
  record: { prompt },
  turn,
  answers,
  mediaFolder,
}: ProviderCall): Promise<readonly JsonObject[]> {
  if (typeof prompt === "string") return [{ role: "user", content: prompt }];
  if (isChat(prompt)) {
    return prompt.slice(0, turn + 1).flatMap((content, index): JsonObject[] => {
      const user = { role: "user", content };
      const answer = index < turn ? answers[index] : undefined;
      return answer ? [user, { role: "assistant", content: answer.response ?? "" }] : [user];
    });
  }
  return Promise.all(prompt.map(async (message) => messageOf(message, mediaFolder)));
}

async function messageOf(message: JsonObject, mediaFolder: string): Promise<JsonObject> {
  const texts = partsOf(message).flatMap((part) => {
    const text = isJsonObject(part) ? part["text"] : part;
    return typeof text === "string" ? [text] : [];
  });
  const images = await Promise.all(
    imagesOf(message).map(
      async (image) => base64Of(image) ?? (await readBase64(image, mediaFolder)),
    ),
  );
  const { content } = message;
  return {
    ...message,
    ...((isJsonArray(content) || isJsonObject(content)) && { content: texts.join("\n") }),
    ...(images.length > 0 && { images }),
  };
}

async function readBase64(path: string, mediaFolder: string): Promise<string> {
  return (await readMedia(mediaFolder, { path })).bytes.toString("base64");
}

export function badPrompt(problem: string): ProviderError {
  return new ProviderError(problem, { kind: "bad-prompt" });
}
