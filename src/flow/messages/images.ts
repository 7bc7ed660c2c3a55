/**
 * Images in prompts. An image is an object such as `{"data:image/png;path": "cat.png"}`, or a text
 * of that form. While a template is rendered, a short text stands for the image. A line that
 * consists of this text becomes a part of the message.
 */
import { createHash } from "node:crypto";
import { isAbsolute, parse } from "node:path";
import { isJsonArray, isJsonObject } from "../../domain/json/json.js";
import type { JsonObject, JsonValue } from "../../domain/json/json.js";
import type { Prompt } from "../../domain/record/prompt-record.js";

/** Images by the text that stands for them. Each is a URL, a data URL, or the path of a file. */
export type Images = ReadonlyMap<string, string>;

const kind = /^data:(image\/(?:[\w.+-]+|\*));(path|url|base64)$/;
const wholeText = /^(data:image\/(?:[\w.+-]+|\*);(?:path|url|base64)):\s*(.*)$/s;

/** Returns the inputs with a short text for each image, and the images by that text. */
export function withImages(
  inputs: JsonObject,
  imageInputs: readonly string[],
): { readonly inputs: JsonObject; readonly images: Images } {
  const images = new Map<string, string>();
  const replaced = Object.entries(inputs).map(([name, value]) => {
    const isImage = imageInputs.includes(name) && typeof value === "string";
    return [name, isImage ? standIn(textSource(value), images) : replace(value, images)];
  });
  // An object made from JSON values is JSON.
  return { inputs: Object.fromEntries(replaced) as JsonObject, images };
}

function replace(value: JsonValue, images: Map<string, string>): JsonValue {
  if (typeof value === "string") {
    return wholeText.test(value) ? standIn(textSource(value), images) : value;
  }
  if (isJsonArray(value)) return value.map((item) => replace(item, images));
  if (!isJsonObject(value)) return value;
  const entries = Object.entries(value);
  const [key = "", source] = entries.length === 1 ? (entries[0] ?? []) : [];
  if (kind.test(key) && typeof source === "string") return standIn(sourceOf(key, source), images);
  const replaced = entries.map(([name, item]) => [name, replace(item, images)]);
  // An object made from JSON values is JSON.
  return Object.fromEntries(replaced) as JsonObject;
}

function standIn(source: string, images: Map<string, string>): string {
  const text = `Image(${createHash("sha1").update(source).digest("hex").slice(0, 8)})`;
  images.set(text, source);
  return text;
}

/**
 * Returns the source of an image that is given as text: with a prefix for its kind, as a URL,
 * Base64, or a path.
 */
function textSource(text: string): string {
  const [, key, source] = wholeText.exec(text) ?? [];
  return key === undefined || source === undefined ? text : sourceOf(key, source);
}

function sourceOf(key: string, source: string): string {
  const [, mime = "", form] = kind.exec(key) ?? [];
  return form === "base64" ? `data:${mime};base64,${source.trim()}` : source.trim();
}

/**
 * Returns the folder of a prompt's image files: the root of the file system if a path is absolute,
 * as the paths in rows are. Undefined for the media folder.
 */
export function folderOfImages(prompt: Prompt): string | undefined {
  if (typeof prompt === "string") return undefined;
  const paths = prompt.flatMap((message) =>
    typeof message === "string" ? [] : urlsIn(message["content"]),
  );
  const absolute = paths.find((path) => isAbsolute(path));
  return absolute === undefined ? undefined : parse(absolute).root;
}

function urlsIn(content: JsonValue | undefined): readonly string[] {
  if (content === undefined || !isJsonArray(content)) return [];
  return content.filter(isJsonObject).flatMap(({ image_url: image }) => {
    const url = isJsonObject(image) ? image["url"] : image;
    return typeof url === "string" ? [url] : [];
  });
}

/** Puts the image of a template's `![image]({{ name }})` on its own line. */
export function withImageLines(template: string): string {
  return template.replace(/!\[\s*image\s*\]\(\{\{(\s*[^\s{}]+\s*)\}\}\)/g, "\n{{$1}}\n");
}

/** Returns the text of a message, or its parts if a line stands for an image. */
export function contentOf(text: string, images: Images): JsonValue {
  const content = text.trim();
  const lines = content.split("\n");
  if (!lines.some((line) => images.has(line.trim()))) return content;
  return lines.flatMap((line): readonly JsonObject[] => {
    const url = images.get(line.trim());
    if (url !== undefined) return [{ type: "image_url", image_url: { url } }];
    return line.trim() === "" ? [] : [{ type: "text", text: line }];
  });
}
