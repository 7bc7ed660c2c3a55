/**
 * Reads answers of Google's models. A blocked answer is still an answer: an empty `response`, the
 * finish reason and prompto's `safety_attributes`. It ends a chat, as in prompto, because the next
 * turn would send the blocked text again.
 */
import { isJsonArray, isJsonObject } from "../../domain/json/json.js";
import type { JsonObject, JsonValue } from "../../domain/json/json.js";
import type { Answer } from "../../domain/record/outcome.js";
import { makeAnswer } from "../answer/make-answer.js";
import type { Told } from "../answer/make-answer.js";

/** Keys of a candidate beside its content, and our names for them. */
const extraKeys: Readonly<Record<string, string>> = {
  finishMessage: "finish_message",
  avgLogprobs: "avg_logprobs",
  logprobsResult: "logprobs",
  citationMetadata: "citation_metadata",
  groundingMetadata: "grounding_metadata",
  urlContextMetadata: "url_context_metadata",
};

/** Reads the body of a successful call. Returns a problem if the body is invalid. */
export function readGoogleAnswer(body: JsonValue): Answer | { readonly problem: string } {
  if (!isJsonObject(body)) return { problem: "it is not an object." };
  const { promptFeedback, modelVersion: model, usageMetadata: usage } = body;
  const candidates = candidatesOf(body);
  if (!candidates) return { problem: "a candidate is not an object." };
  if (candidates.length === 0 && !(body["candidates"] ?? promptFeedback ?? usage)) {
    return { problem: "there are neither candidates nor feedback to the prompt." };
  }
  const told = candidates.length === 0 ? factsOfBlocked(promptFeedback) : factsOf(candidates);
  return {
    ...makeAnswer({ ...told, model, usage }),
    ...(isEmpty(candidates[0]) && { endsChat: true as const }),
  };
}

/** Returns the candidates; `undefined` if one of them is unreadable. */
function candidatesOf({ candidates = null }: JsonObject): readonly JsonObject[] | undefined {
  if (candidates === null) return [];
  const list = isJsonArray(candidates) ? candidates : [candidates];
  return list.every(isJsonObject) ? list : undefined;
}

type Facts = Pick<Told, "response" | "finishReason" | "extra">;

function factsOf(candidates: readonly JsonObject[]): Facts {
  return {
    response: perCandidate(candidates.map(textOf)),
    finishReason: perCandidate(candidates.map(({ finishReason }) => finishReason ?? null)),
    extra: extraOf(candidates),
  };
}

function factsOfBlocked(promptFeedback: JsonValue | undefined): Facts {
  const reason = isJsonObject(promptFeedback) ? promptFeedback["blockReason"] : undefined;
  const finishReason = typeof reason === "string" ? reason : "OTHER";
  return {
    response: "",
    finishReason,
    extra: {
      safety_attributes: { blocked: "True", finish_reason: `block_reason: ${finishReason}` },
    },
  };
}

/** Returns the value of a single candidate, or a list if `candidateCount` > 1. */
function perCandidate(values: readonly JsonValue[]): JsonValue {
  return values.length > 1 ? values : (values[0] ?? null);
}

/**
 * Returns the parts of the content, an object with a list of parts. Text or a single part counts as
 * a list of one.
 */
function partsOf({ content = null }: JsonObject): readonly JsonObject[] {
  const parts = isJsonObject(content) ? (content["parts"] ?? null) : content;
  const list = isJsonArray(parts) ? parts : [parts];
  return list.flatMap((part) => {
    if (typeof part === "string") return [{ text: part }];
    return isJsonObject(part) ? [part] : [];
  });
}

function isEmpty(first: JsonObject | undefined): boolean {
  return first === undefined || partsOf(first).length === 0;
}

/** Returns the text: `""` if the content is empty, `null` if it has parts but no text. */
function textOf(one: JsonObject): JsonValue {
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

function extraOf(candidates: readonly JsonObject[]): JsonObject {
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

function besideContent(one: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(extraKeys).flatMap(([theirs, ours]) => {
      const value = one[theirs] ?? null;
      const isEmpty = value === null || (isJsonObject(value) && Object.keys(value).length === 0);
      return isEmpty ? [] : [[ours, value] as const];
    }),
  );
}

/** Returns the ratings in prompto's form, in which `blocked` is the text of a Python list. */
function safetyOf({ safetyRatings, finishReason }: JsonObject): JsonObject {
  const ratings = isJsonArray(safetyRatings) ? safetyRatings.filter(isJsonObject) : [];
  const blocked = ratings.map((one) => (one["blocked"] === true ? "True" : "False"));
  return {
    ...Object.fromEntries(
      ratings.map(({ category, probability }) => [wordOf(category), probability ?? ""]),
    ),
    blocked: `[${blocked.join(", ")}]`,
    finish_reason: finishReason ?? "",
  };
}

function wordOf(value: JsonValue | undefined): string {
  return typeof value === "string" ? value : JSON.stringify(value ?? "");
}
