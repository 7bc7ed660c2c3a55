/**
 * Answers of Google's models. A blocked one is an answer like any other, whatever the form of its prompt: an empty
 * `response`, with the finish reason and `safety_attributes` as prompto has them. In a chat it is the last, as with
 * prompto: the next turn would bring what was blocked again, and no answer to it.
 */
import { z } from "zod";
import { isJsonObject } from "../../domain/json/json.js";
import type { JsonObject, JsonValue } from "../../domain/json/json.js";
import type { Answer } from "../../domain/record/outcome.js";

const rating = z.looseObject({ category: z.string().nullish(), probability: z.string().nullish() });

const candidate = z.looseObject({
  content: z.looseObject({ parts: z.array(z.looseObject({})).nullish() }).nullish(),
  finishReason: z.string().nullish(),
  safetyRatings: z.array(rating).nullish(),
});

const answerSchema = z
  .looseObject({
    candidates: z.array(candidate).nullish(),
    promptFeedback: z.looseObject({ blockReason: z.string().nullish() }).nullish(),
    modelVersion: z.string().nullish(),
    usageMetadata: z.looseObject({}).nullish(),
  })
  .refine((body) => body.candidates ?? body.promptFeedback ?? body.usageMetadata, {
    error: "there are neither candidates nor feedback to the prompt",
  });

type Candidate = z.infer<typeof candidate>;

/** What a candidate tells beside its content, and our keys for it. */
const extraKeys: Readonly<Record<string, string>> = {
  finishMessage: "finish_message",
  avgLogprobs: "avg_logprobs",
  logprobsResult: "logprobs",
  citationMetadata: "citation_metadata",
  groundingMetadata: "grounding_metadata",
  urlContextMetadata: "url_context_metadata",
};

/** Reads the body of a successful call, or tells what is wrong with it. */
export function readGoogleAnswer(body: JsonValue): Answer | { readonly problem: string } {
  const parsed = answerSchema.safeParse(body);
  if (!parsed.success) return { problem: z.prettifyError(parsed.error).replaceAll("\n", " ") };
  const { candidates, promptFeedback, modelVersion, usageMetadata } = parsed.data;
  const found = candidates ?? [];
  const blockReason = promptFeedback?.blockReason ?? "OTHER";
  const facts: Pick<Answer, "response" | "finishReason" | "extra"> =
    found.length === 0
      ? { response: "", finishReason: blockReason, extra: blockedPrompt(blockReason) }
      : {
          response: perCandidate(found.map(textOf)),
          finishReason: perCandidate(found.map(({ finishReason }) => finishReason ?? null)),
          extra: extraOf(found),
        };
  return {
    ...facts,
    ...(isEmpty(found[0]) && { endsChat: true as const }),
    ...(modelVersion != null && { model: modelVersion }),
    // What JSON.parse made is JSON; the schema has checked the shape and forgotten that.
    ...(usageMetadata != null && { usage: usageMetadata as JsonObject }),
  };
}

/** The value of the one candidate, or a list where `candidateCount` > 1. */
function perCandidate(values: readonly JsonValue[]): JsonValue {
  return values.length > 1 ? values : (values[0] ?? null);
}

function partsOf({ content }: Candidate): readonly JsonObject[] {
  // What JSON.parse made is JSON.
  return (content?.parts ?? []) as readonly JsonObject[];
}

function isEmpty(first: Candidate | undefined): boolean {
  return first === undefined || partsOf(first).length === 0;
}

/** `""` where nothing came, `null` where something came and no text. */
function textOf(one: Candidate): JsonValue {
  const parts = partsOf(one);
  const texts = textsOf(parts, false);
  if (texts.length > 0) return texts.join("");
  return parts.every(isText) ? "" : null;
}

function textsOf(parts: readonly JsonObject[], isThought: boolean): readonly string[] {
  return parts.flatMap(({ text, thought }) =>
    typeof text === "string" && (thought === true) === isThought ? [text] : [],
  );
}

function isText({ text }: JsonObject): boolean {
  return typeof text === "string";
}

function extraOf(candidates: readonly Candidate[]): JsonObject {
  const each = candidates.map((one): JsonObject => {
    const parts = partsOf(one);
    const thoughts = textsOf(parts, true);
    const others = parts.filter((part) => !isText(part));
    return {
      safety_attributes: safetyOf(one),
      ...(thoughts.length > 0 && { thoughts: thoughts.join("") }),
      ...(others.length > 0 && { parts: others }),
      ...besideContent(one),
    };
  });
  const keys = [...new Set(each.flatMap((extra) => Object.keys(extra)))];
  return Object.fromEntries(
    keys.map((key) => [key, perCandidate(each.map((extra) => extra[key] ?? null))]),
  );
}

function besideContent(one: Candidate): JsonObject {
  return Object.fromEntries(
    Object.entries(extraKeys).flatMap(([theirs, ours]) => {
      // What JSON.parse made is JSON.
      const value = (one[theirs] ?? null) as JsonValue;
      const isEmpty = value === null || (isJsonObject(value) && Object.keys(value).length === 0);
      return isEmpty ? [] : [[ours, value] as const];
    }),
  );
}

/** prompto's form of it, whose `blocked` is the text of a Python list. */
function safetyOf({ safetyRatings, finishReason }: Candidate): JsonObject {
  const ratings = safetyRatings ?? [];
  const blocked = ratings.map((one) => (one["blocked"] === true ? "True" : "False"));
  return {
    ...Object.fromEntries(ratings.map((one) => [one.category ?? "", one.probability ?? ""])),
    blocked: `[${blocked.join(", ")}]`,
    finish_reason: finishReason ?? "",
  };
}

function blockedPrompt(blockReason: string): JsonObject {
  return { safety_attributes: { blocked: "True", finish_reason: `block_reason: ${blockReason}` } };
}
