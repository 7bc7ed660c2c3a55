import { APIConnectionError, APIError } from "openai";
import { defined } from "../../domain/defined.js";
import { isJsonObject } from "../../domain/json/json.js";
import type { JsonValue } from "../../domain/json/json.js";
import type { FailedCall } from "../http/failed-call.js";
import { factsOfHeaders } from "../http/http-facts.js";
import { ProviderError } from "../provider.js";

export const readOpenAiError: FailedCall["read"] = (error) => {
  if (error instanceof APIConnectionError) return "connection";
  return error instanceof APIError ? describeStatus(error as APIError) : undefined;
};

function describeStatus(error: APIError): ProviderError {
  const { status, headers } = error;
  // The client's types say numbers and texts, but a server may send anything.
  const code = wordOf(error.code) ?? wordOf(error.type);
  const text = messageOf(error);
  return new ProviderError(text, {
    kind: "status",
    ...defined({ status, code }),
    ...(headers && factsOfHeaders(headers)),
  });
}

/** The API's message from `error.message`, otherwise the whole body. */
function messageOf(error: APIError): string {
  const body = error.error as JsonValue | undefined;
  if (isJsonObject(body) && typeof body["message"] === "string") return body["message"];
  if (typeof body === "string") return body;
  return error.message;
}

function wordOf(code: unknown): string | undefined {
  return typeof code === "string" && /\D/.test(code) ? code : undefined;
}
