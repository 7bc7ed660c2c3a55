/** Checks an answer. The result is its value, or the reason why it is asked for again. */
import { errorText } from "../../domain/failure/error-text.js";
import { parseJsonText } from "../../domain/json/json-text.js";
import type { JsonObject, JsonValue } from "../../domain/json/json.js";
import type { Validation } from "../definition/definition.js";
import { schemaCheck } from "../../schemas/json-schema.js";

export type CheckedAnswer =
  | { readonly value: JsonValue; readonly wrong?: undefined }
  /** Reason in the words of the check. */
  | { readonly wrong: string };

/** Returns the JSON in an answer, with or without a Markdown fence around it. */
function jsonAnswer(response: JsonValue): CheckedAnswer {
  if (typeof response !== "string") {
    return { wrong: `expected text with JSON, got ${JSON.stringify(response)}` };
  }
  const text = /^\s*```\w*\s*\n([\s\S]*?)\n?\s*```\s*$/.exec(response)?.[1] ?? response;
  try {
    return { value: parseJsonText(text) };
  } catch (error) {
    return { wrong: `the answer is no JSON: ${errorText(error)}` };
  }
}

export function structuredAnswer(response: JsonValue, schema: JsonObject): CheckedAnswer {
  const answer = jsonAnswer(response);
  if (answer.wrong !== undefined) return answer;
  const wrong = schemaFault(answer.value, schema);
  return wrong === undefined ? answer : { wrong };
}

/** Returns the faults of a value as one text. */
function schemaFault(value: JsonValue, schema: JsonObject): string | undefined {
  const faults = schemaCheck(schema)(value);
  if (faults.length === 0) return undefined;
  return faults.map(({ path, message }) => `the answer${path} ${message}`).join(", ");
}

/** Returns the faults of an answer by the rules that need no user code. */
export function ruleFault(value: JsonValue, { schema, pattern }: Validation): string | undefined {
  if (pattern !== undefined) {
    const text = typeof value === "string" ? value : JSON.stringify(value);
    if (!new RegExp(pattern, "u").test(text)) return `the answer does not match /${pattern}/`;
  }
  if (schema === undefined) return undefined;
  const answer = typeof value === "string" ? jsonAnswer(value) : { value };
  return answer.wrong ?? schemaFault(answer.value, schema);
}

/**
 * Returns the fault found by a user's validator. A validator returns true or nothing for an answer
 * that passes, otherwise false or the reason.
 */
export function verdictFault(verdict: JsonValue, use: string): string | undefined {
  if (verdict === true || verdict === null) return undefined;
  return typeof verdict === "string" ? verdict : `${use} returned ${JSON.stringify(verdict)}`;
}
