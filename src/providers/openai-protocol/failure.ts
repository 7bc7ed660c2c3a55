import { APIConnectionError, APIError } from "openai";
import { defined } from "../../domain/defined.js";
import { isJsonObject } from "../../domain/json/json.js";
import type { JsonValue } from "../../domain/json/json.js";
import { messageIn } from "../failure/told-failure.js";
import type { FailedCall } from "../http/failed-call.js";
import { factsOfHeaders } from "../http/http-facts.js";
import { ProviderError } from "../provider.js";

export const readOpenAiFailure: FailedCall["read"] = (error) => {
  if (error instanceof APIConnectionError) return "connection";
  // `instanceof` makes its type parameters any.
  return error instanceof APIError ? describeStatus(error as APIError) : undefined;
};

function describeStatus(error: APIError): ProviderError {
  const { status, headers } = error;
  const text = messageOf(error);
  const isExcluded = isWithoutRequests(error);
  const message = isExcluded
    ? `${text} (${requestsHeader} is 0: the account's plan excludes the model)`
    : text;
  return new ProviderError(message, {
    kind: "status",
    ...defined({ status, code: isExcluded ? "insufficient_quota" : codeOf(error, text) }),
    ...(headers && factsOfHeaders(headers)),
  });
}

/**
 * Returns the code of a failure. xAI answers a wrong key with status 400, which otherwise means a
 * problem of one prompt.
 */
function codeOf({ status, code, type }: APIError, message: string): string | undefined {
  if (status === 400 && /^incorrect api key/i.test(message)) return "invalid_api_key";
  // The client's types say numbers and texts, but a server may send anything.
  return wordOf(code) ?? wordOf(type);
}

/** Returns the API's message from the body, otherwise the whole body. */
function messageOf(error: APIError): string {
  const body = error.error as JsonValue | undefined;
  if (typeof body === "string") return body;
  return (isJsonObject(body) ? messageIn(body) : undefined) ?? error.message;
}

/**
 * Header with the account's limit for the model at Mistral. It is 0 for models outside the
 * account's plan.
 */
const requestsHeader = "x-ratelimit-limit-req-minute";

/** True if waiting does not help, because the limit allows no request at all. */
function isWithoutRequests({ status, headers }: APIError): boolean {
  return status === 429 && headers?.get(requestsHeader)?.trim() === "0";
}

function wordOf(code: unknown): string | undefined {
  return typeof code === "string" && /\D/.test(code) ? code : undefined;
}
