/**
 * Reads the list of invalid fields from servers with pydantic (Mistral, vLLM and others). Other
 * parts of the list quote the request, so they are left out of messages.
 */
import { isJsonArray, isJsonObject } from "../../domain/json/json.js";
import type { JsonValue } from "../../domain/json/json.js";
import { parseIfJson } from "../../domain/json/parse-json.js";

/**
 * Maximum number of problems in a message. A prompt that can have several forms has a problem for
 * each form.
 */
const mostProblems = 5;

/**
 * Returns `messages.0.name: Extra inputs are not permitted`, or `undefined` for other values. The
 * list may be the value itself or in its `detail`, and may be given as text.
 */
export function validationProblemsIn(value: JsonValue | undefined): string | undefined {
  const given = typeof value === "string" ? parse(value) : value;
  const list = isJsonObject(given) ? given["detail"] : given;
  if (!isJsonArray(list) || list.length === 0) return undefined;
  const found = list.map(toProblem).filter((problem) => problem !== undefined);
  if (found.length < list.length) return undefined;
  const problems = [...new Set(found.map(asSentence))];
  const shown = problems.slice(0, mostProblems).join("; ");
  const more = problems.length - mostProblems;
  return more > 0 ? `${shown}; and ${more} more` : shown;
}

/** Parses JSON. Returns `undefined` for a text that is not JSON. */
function parse(text: string): JsonValue | undefined {
  return /^\s*[[{]/.test(text) ? parseIfJson(text) : undefined;
}

interface Problem {
  readonly loc: readonly JsonValue[];
  readonly msg: string;
}

function toProblem(value: JsonValue): Problem | undefined {
  const { loc, msg } = isJsonObject(value) ? value : {};
  return isJsonArray(loc) && typeof msg === "string" ? { loc, msg } : undefined;
}

/**
 * Formats a problem. The first item of `loc` is the part of the request, which is always its body.
 */
function asSentence({ loc, msg }: Problem): string {
  const path = loc.filter((step, index) => index > 0 || step !== "body");
  return path.length === 0 ? msg : `${path.map(String).join(".")}: ${msg}`;
}
