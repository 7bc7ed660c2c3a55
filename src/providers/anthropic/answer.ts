import { z } from "zod";
import type { JsonObject, JsonValue } from "../../domain/json/json.js";
import type { Answer } from "../../domain/record/outcome.js";

const block = z.union([
  z.looseObject({ type: z.literal("text"), text: z.string() }),
  z.looseObject({ type: z.string().refine((type) => type !== "text") }),
]);

const answerSchema = z.looseObject({
  content: z.array(block),
  model: z.string().nullish(),
  stop_reason: z.string().nullish(),
  usage: z.looseObject({}).nullish(),
});

/** What an answer tells beside its content. */
const extraKeys = ["stop_sequence", "stop_details", "container", "context_management"] as const;

/** Reads the body of a successful call, or tells what is wrong with it. */
export function readAnthropicAnswer(body: JsonValue): Answer | { readonly problem: string } {
  const parsed = answerSchema.safeParse(body);
  if (!parsed.success) return { problem: z.prettifyError(parsed.error).replaceAll("\n", " ") };
  const { model, stop_reason: finishReason, usage } = parsed.data;
  // What JSON.parse made is JSON; the schema has checked the shape and forgotten that.
  const blocks = parsed.data.content as unknown as readonly JsonObject[];
  // As above.
  const extra = { ...extraOf(parsed.data as unknown as JsonObject), ...otherBlocks(blocks) };
  return {
    response: textOf(blocks),
    ...(model != null && { model }),
    ...(finishReason != null && { finishReason }),
    // https://platform.claude.com/docs/en/test-and-evaluate/strengthen-guardrails/handle-streaming-refusals
    ...(finishReason === "refusal" && { endsChat: true as const }),
    // As above.
    ...(usage != null && { usage: usage as JsonObject }),
    ...(Object.keys(extra).length > 0 && { extra }),
  };
}

/** One text, or a list of several; `null` where there are blocks and none of them is a text. */
function textOf(blocks: readonly JsonObject[]): JsonValue {
  const texts = blocks.filter(isText).map((one) => one["text"] ?? "");
  if (texts.length > 1) return texts;
  return texts[0] ?? (blocks.length === 0 ? "" : null);
}

function isText({ type }: JsonObject): boolean {
  return type === "text";
}

/** Thinking, calls of tools and the like, in lists by their type, as the API gave them; and what texts cite. */
function otherBlocks(blocks: readonly JsonObject[]): JsonObject {
  const byType: Record<string, JsonObject[]> = {};
  for (const one of blocks.filter((each) => !isText(each))) {
    const { type } = one;
    // The schema lets nothing but a text be a type.
    (byType[type as string] ??= []).push(one);
  }
  const citations = blocks.filter(isText).map((one) => one["citations"] ?? []);
  const isCiting = citations.some((list) => Array.isArray(list) && list.length > 0);
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
