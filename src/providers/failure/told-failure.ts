/**
 * Failures in a response body, with any HTTP status. Gateways send the failures of other APIs with
 * status 200, and some servers use only that status. Such a body is never an answer, even if part
 * of an answer stands beside the failure.
 */
import { defined } from "../../domain/defined.js";
import { isJsonArray, isJsonObject } from "../../domain/json/json.js";
import type { JsonObject, JsonValue } from "../../domain/json/json.js";
import type { FailureFacts } from "../../domain/failure/failure-class.js";
import { statusOfWord } from "./status-of-word.js";
import { validationProblemsIn } from "./validation-problems.js";

/** A failure in a server's own words. */
export interface ToldFailure {
  readonly message: string;
  readonly facts: Pick<FailureFacts, "status" | "code" | "headers">;
  /** The whole error, for vendors that add details in their own format. */
  readonly error: JsonValue;
}

/**
 * Finds the failure in a body. It may have any of these forms:
 *
 * - `{"error": {…}}`
 * - `{"error": "…"}`
 * - `[{"error": {…}}]`
 * - `{"error": 502}`
 * - `{"choices": [{"error": {…}}]}`, also within its `message`
 * - `{"choices": [{"finish_reason": "error"}]}`
 * - `{"object": "error", "message": "…"}`
 */
export function findToldFailure(body: JsonValue | undefined): ToldFailure | undefined {
  const told = isJsonArray(body) ? body[0] : body;
  if (!isJsonObject(told)) return undefined;
  const error = [told["error"], ...errorsOfChoices(told)].find(isFailure);
  if (isJsonObject(error) || isJsonArray(error)) return readError(error);
  if (error !== undefined) return readError(withNeighbours(error, told));
  const { object, type } = told;
  const isError = object === "error" || type === "error";
  return isError && messageIn(told) !== undefined ? readError(told) : undefined;
}

/**
 * Finds the failure in a body that is no answer. In addition to the usual forms, it may have its
 * words and its status at the top: `{"message": "…", "code": 429}`, `{"errors": [{…}]}`.
 */
export function readNoAnswer(body: JsonValue): ToldFailure {
  const errors = isJsonObject(body) ? body["errors"] : undefined;
  return readError(isJsonArray(errors) ? (errors[0] ?? body) : body);
}

/** Adds the facts beside `error`. They stand there if `error` is a text, a status or `true`. */
function withNeighbours(error: JsonValue, told: JsonObject): JsonObject {
  const { message = null, code = null, error_type: type = null, status = null } = told;
  const ownStatus = statusOf(error) ?? status;
  return { message: isWord(error) ? error : message, code, type, status_code: ownStatus };
}

function errorsOfChoices({ choices }: JsonObject): readonly JsonValue[] {
  if (!isJsonArray(choices)) return [];
  const objects = choices.filter(isJsonObject);
  const errors = objects.flatMap(({ error = null, message = null }) =>
    [error, isJsonObject(message) ? message["error"] : null].filter(isFailure),
  );
  const isBroken = objects.some(
    ({ finish_reason: reason }) => isWord(reason) && reason.toLowerCase() === "error",
  );
  return errors.length === 0 && isBroken
    ? ['The server ended its answer with the finish reason "error".']
    : errors;
}

/** Values of `error` that mean success. */
const successes: readonly unknown[] = ["", "none", "null", "ok", "success"];

function isFailure(error: JsonValue | undefined): error is JsonValue {
  if (typeof error === "string") return !successes.includes(error.trim().toLowerCase());
  if (isJsonArray(error)) return error.some(isFailure);
  if (!isJsonObject(error)) return error === true || statusOf(error) !== undefined;
  const { code } = error;
  const isSuccess = Number(code) === 0 || Number(code) === 200;
  return !(isSuccess && isCode(code)) && Object.values(error).some(isTelling);
}

function isCode(code: JsonValue | undefined): boolean {
  return typeof code === "number" || isWord(code);
}

function isTelling(value: JsonValue): boolean {
  return value !== null && value !== "" && value !== 0 && value !== false;
}

function isWord(value: JsonValue | undefined): value is string {
  return typeof value === "string" && value !== "";
}

/** @param error an API's failure, not one of `successes` */
export function readError(error: JsonValue): ToldFailure {
  if (!isJsonObject(error)) return { message: asText(error), facts: {}, error };
  const { code, type, status } = error;
  const words = [code, type, status].filter(isWord).filter((word) => /\D/.test(word));
  const statuses = [
    ...[code, status, ...furtherStatuses.map((key) => error[key])].map(statusOf),
    ...words.map(statusOfWord),
  ];
  const known = statuses.find((one) => one !== undefined);
  const [word] = words;
  return {
    message: messageIn(error) ?? asText(error),
    facts: defined({ status: known, code: word }),
    error,
  };
}

/** Keys of a status, in addition to `code` and `status`. */
const furtherStatuses = ["status_code", "statusCode", "raw_status_code"];

/** Returns a status. Some servers send it as text. */
function statusOf(value: JsonValue | undefined): number | undefined {
  if (typeof value !== "number" && !isWord(value)) return undefined;
  const status = Number(value);
  return Number.isInteger(status) && status >= 400 && status < 600 ? status : undefined;
}

/**
 * Returns the message of an API's failure, or `undefined` if it has none. Includes the message of
 * the API behind a gateway, which OpenRouter puts in `metadata.raw`.
 */
export function messageIn(error: JsonObject): string | undefined {
  const told = [error["message"], error["msg"], error["detail"]];
  const message = told.map(validationProblemsIn).find(isWord) ?? told.find(isWord);
  if (message === undefined) return undefined;
  const { metadata } = error;
  const raw = isJsonObject(metadata) ? metadata["raw"] : undefined;
  return isWord(raw) ? `${message}: ${raw}` : message;
}

function asText(value: JsonValue): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
