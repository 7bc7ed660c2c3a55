/** Answers of the messages API. What stands beside the text may have any form, and is kept as it came. */
import { isJsonArray, isJsonObject } from "../../domain/json/json.js";
import type { JsonObject, JsonValue } from "../../domain/json/json.js";
import type { Answer } from "../../domain/record/outcome.js";
import { makeAnswer } from "../answer/make-answer.js";

/** What an answer tells beside its content. */
const extraKeys = ["stop_sequence", "stop_details", "container", "context_management"] as const;

/** Reads the body of a successful call, or tells what is wrong with it. */
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

/** A content is a list of blocks; a text, or a block alone, is taken for one. */
function blocksOf(content: JsonValue): readonly JsonObject[] {
  const blocks = isJsonArray(content) ? content : [content];
  return blocks.flatMap((one) => {
    if (isJsonObject(one)) return [one];
    return one === null ? [] : [{ type: "text", text: one }];
  });
}

/** One text, or a list of several; `null` where there are blocks and none of them is a text. */
function textOf(blocks: readonly JsonObject[]): JsonValue {
  const texts = blocks.filter(isText).map((one) => one["text"] ?? "");
  if (texts.length > 1) return texts;
  return texts[0] ?? (blocks.length === 0 ? "" : null);
}

/** A `type` that is no word says nothing. */
function isText({ type, text }: JsonObject): boolean {
  return typeof type === "string" ? type === "text" : typeof text === "string";
}

/** Thinking, calls of tools and the like, in lists by their type, as the API gave them; and what texts cite. */
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
