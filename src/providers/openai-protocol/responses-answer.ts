import { z } from "zod";
import type { JsonObject, JsonValue } from "../../domain/json/json.js";
import { isJsonArray, isJsonObject } from "../../domain/json/json.js";
import type { Answer } from "../../domain/record/outcome.js";

const answerSchema = z.looseObject({
  model: z.string().nullish(),
  usage: z.looseObject({}).nullish(),
  status: z.enum(["completed", "incomplete"]).nullish(),
  incomplete_details: z.looseObject({ reason: z.string().nullish() }).nullish(),
  output: z.array(z.looseObject({ type: z.string() })),
});

/** Reads the body of a successful call of the Responses API, or tells what is wrong with it. */
export function readResponsesAnswer(body: JsonValue): Answer | { readonly problem: string } {
  const parsed = answerSchema.safeParse(body);
  if (!parsed.success) return { problem: z.prettifyError(parsed.error).replaceAll("\n", " ") };
  const { model, usage, status, incomplete_details: incomplete } = parsed.data;
  // What JSON.parse made is JSON; the schema has checked the shape and forgotten that.
  const output = parsed.data.output as unknown as readonly JsonObject[];
  const parts = output.filter(isMessage).flatMap(partsOf);
  const finishReason = incomplete?.reason ?? status;
  const extra = extraOf(output, parts);
  return {
    response: joinTexts(parts, "output_text", "text"),
    ...(model != null && { model }),
    ...(finishReason != null && { finishReason }),
    // As above.
    ...(usage != null && { usage: usage as JsonObject }),
    ...(Object.keys(extra).length > 0 && { extra }),
  };
}

function isMessage({ type }: JsonObject): boolean {
  return type === "message";
}

function partsOf({ content }: JsonObject): readonly JsonObject[] {
  return Array.isArray(content) ? content.filter((part: JsonValue) => isJsonObject(part)) : [];
}

function joinTexts(parts: readonly JsonObject[], type: string, key: string): string | null {
  const texts = parts.filter((part) => part["type"] === type).map((part) => part[key]);
  return texts.length === 0 ? null : texts.filter((text) => typeof text === "string").join("");
}

/** What comes beside the text, under the names that it has in chat completions. */
function extraOf(output: readonly JsonObject[], parts: readonly JsonObject[]): JsonObject {
  const listsOf = (key: string): readonly JsonValue[] =>
    parts.flatMap((part) => (isJsonArray(part[key]) ? part[key] : []));
  const itemsOf = (isWanted: (type: unknown) => boolean): readonly JsonObject[] =>
    output.filter(({ type }) => isWanted(type));
  const found: Readonly<Record<string, JsonValue>> = {
    refusal: joinTexts(parts, "refusal", "refusal") ?? [],
    tool_calls: itemsOf((type) => type !== "message" && type !== "reasoning"),
    reasoning: itemsOf((type) => type === "reasoning").filter(isTelling),
    annotations: listsOf("annotations"),
    logprobs: listsOf("logprobs"),
  };
  return Object.fromEntries(
    Object.entries(found).filter(([, value]) => !(Array.isArray(value) && value.length === 0)),
  );
}

/** Most reasoning comes without a summary, as an id alone. */
function isTelling({ summary, content, encrypted_content: encrypted }: JsonObject): boolean {
  return [summary, content].some((list) => Array.isArray(list) && list.length > 0) || !!encrypted;
}
