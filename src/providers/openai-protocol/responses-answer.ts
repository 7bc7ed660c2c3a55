/**
 * Reads answers of the Responses API. Values beside the text may have any form and are kept
 * unchanged.
 */
import type { JsonObject, JsonValue } from "../../domain/json/json.js";
import { isJsonArray, isJsonObject } from "../../domain/json/json.js";
import type { Answer } from "../../domain/record/outcome.js";
import { makeAnswer } from "../answer/make-answer.js";
import { textIn } from "../answer/text-in.js";

/** Statuses of a response that has no answer, or none yet. */
const unanswered: readonly unknown[] = ["failed", "cancelled", "queued", "in_progress"];

/**
 * Reads the body of a successful call of the Responses API. Returns a problem if the body is
 * invalid.
 */
export function readResponsesAnswer(body: JsonValue): Answer | { readonly problem: string } {
  const { output: items, status, ...rest } = isJsonObject(body) ? body : {};
  const { model, usage, incomplete_details: incomplete } = rest;
  if (!isJsonArray(items)) return { problem: "`output` is not a list." };
  if (unanswered.includes(status)) return { problem: `\`status\` is ${JSON.stringify(status)}.` };
  const output = items.filter(isJsonObject);
  const parts = output.filter(isMessage).flatMap(partsOf);
  return makeAnswer({
    response: textIn(parts).text,
    model,
    finishReason: (isJsonObject(incomplete) ? incomplete["reason"] : undefined) ?? status,
    usage,
    extra: extraOf(output, parts),
  });
}

/** True for a message. An item without a `type` counts as a message if it has content. */
function isMessage({ type, content }: JsonObject): boolean {
  return typeof type === "string" ? type === "message" : content !== undefined;
}

/** Returns the parts of the content, which may be text, a single part or a list of parts. */
function partsOf({ content = null }: JsonObject): readonly JsonObject[] {
  const parts = isJsonArray(content) ? content : [content];
  return parts.flatMap((part) => {
    if (typeof part === "string") return [{ type: "output_text", text: part }];
    return isJsonObject(part) ? [part] : [];
  });
}

function refusalIn(parts: readonly JsonObject[]): JsonValue {
  const texts = parts.map(({ refusal }) => refusal).filter((text) => typeof text === "string");
  return texts.length === 0 ? [] : texts.join("");
}

/** Returns the values beside the text, under their names in chat completions. */
function extraOf(output: readonly JsonObject[], parts: readonly JsonObject[]): JsonObject {
  const listsOf = (key: string): readonly JsonValue[] =>
    parts.flatMap((part) => (isJsonArray(part[key]) ? part[key] : []));
  const found: Readonly<Record<string, JsonValue>> = {
    refusal: refusalIn(parts),
    tool_calls: output.filter((item) => !isMessage(item) && item["type"] !== "reasoning"),
    reasoning: output.filter(({ type }) => type === "reasoning").filter(isTelling),
    annotations: listsOf("annotations"),
    logprobs: listsOf("logprobs"),
  };
  return Object.fromEntries(
    Object.entries(found).filter(([, value]) => !(Array.isArray(value) && value.length === 0)),
  );
}

/** True if a reasoning item contains more than an id. Most items do not. */
function isTelling({ summary, content, encrypted_content: encrypted }: JsonObject): boolean {
  return [summary, content].some((list) => Array.isArray(list) && list.length > 0) || !!encrypted;
}
