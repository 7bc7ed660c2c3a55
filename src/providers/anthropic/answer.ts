/**
 * Reads answers of the messages API. Values beside the text may have any form and are kept
 * unchanged.
 */
import { isJsonArray, isJsonObject } from "../../domain/json/json.js";
import type { JsonObject, JsonValue } from "../../domain/json/json.js";
import type { Answer } from "../../domain/record/outcome.js";
import { makeAnswer } from "../answer/make-answer.js";

/** Keys of an answer that are kept, in addition to its content. */
const extraKeys = ["stop_sequence", "stop_details", "container", "context_management"] as const;

/** Reads the body of a successful call. Returns a problem if the body is invalid. */
export function readAnthropicAnswer(body: JsonValue): Answer | { readonly problem: string } {
  if (!isJsonObject(body)) return { problem: "it is not an object." };
  const { content = null, model, stop_reason: finishReason = null, usage } = body;
  if (content === null && finishReason === null) return { problem: "there is no `content`." };
  const blocks = blocksOf(content);
  const extra = { ...extraOf(body), ...otherBlocks(blocks) };
  return {
    ...makeAnswer({ response: textOf(blocks), model, finishReason, usage, extra }),
    // https://platform.claude.com/docs/en/test-and-evaluate/strengthen-guardrails/handle-streaming-refusals
    ...(finishReason === "refusal" && { endsChat: true as const }),
  };
}

/** Returns the blocks of the content. Text or a single block counts as a list of one. */
function blocksOf(content: JsonValue): readonly JsonObject[] {
  const blocks = isJsonArray(content) ? content : [content];
  return blocks.flatMap((one) => {
    if (isJsonObject(one)) return [one];
    return one === null ? [] : [{ type: "text", text: one }];
  });
}

/** Returns one text, or a list of several texts. `null` if there are blocks but none is text. */
function textOf(blocks: readonly JsonObject[]): JsonValue {
  const texts = blocks.filter(isText).map((one) => one["text"] ?? "");
  if (texts.length > 1) return texts;
  return texts[0] ?? (blocks.length === 0 ? "" : null);
}

/** True for a text block. A `type` that is not a word is ignored. */
function isText({ type, text }: JsonObject): boolean {
  return typeof type === "string" ? type === "text" : typeof text === "string";
}

/**
 * Returns thinking, tool calls and other blocks unchanged, in lists by type, and the citations of
 * texts.
 */
function otherBlocks(blocks: readonly JsonObject[]): JsonObject {
  const byType: Record<string, JsonObject[]> = {};
  for (const one of blocks.filter((each) => !isText(each))) {
    const { type } = one;
    (byType[typeof type === "string" ? type : "other"] ??= []).push(one);
  }
  const citations = blocks.filter(isText).map((one) => one["citations"] ?? []);
  const isCiting = citations.some((list) => !(isJsonArray(list) && list.length === 0));
  return { ...byType, ...(isCiting && { citations }) };
}

function extraOf(body: JsonObject): JsonObject {
  return Object.fromEntries(
    extraKeys.flatMap((key) => {
      const value = body[key] ?? null;
      return value === null ? [] : [[key, value] as const];
    }),
  );
}
