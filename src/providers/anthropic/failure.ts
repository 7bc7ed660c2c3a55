import { APIConnectionError, APIError } from "@anthropic-ai/sdk";
import { defined } from "../../domain/defined.js";
import type { JsonValue } from "../../domain/json/json.js";
import type { FailedCall } from "../http/failed-call.js";
import { factsOfHeaders } from "../http/http-facts.js";
import { findToldFailure, readError } from "../failure/told-failure.js";
import type { ToldFailure } from "../failure/told-failure.js";
import { ProviderError } from "../provider.js";

export const readAnthropicFailure: FailedCall["read"] = (error) => {
  if (error instanceof APIConnectionError) return "connection";
  // `instanceof` makes its type parameters any.
  return error instanceof APIError ? describeStatus(error as APIError) : undefined;
};

function describeStatus({ status, headers, error, message }: APIError): ProviderError {
  // The client's type is wrong: a server may send any JSON or text as the body.
  const body = error as JsonValue | undefined;
  const told = findAnthropicFailure(body);
  return new ProviderError(told?.message ?? plainText(body, message), {
    kind: "status",
    ...told?.facts,
    ...defined({ status }),
    ...(headers && factsOfHeaders(headers)),
  });
}

/**
 * Returns the body as text. If the body is not JSON, the client adds it to the message after the
 * status.
 */
function plainText(body: JsonValue | undefined, message: string): string {
  return body === undefined ? message : JSON.stringify(body);
}

/**
 * Finds a failure in Anthropic's form, `{"error": {"type": …, "message": …}}`. Gateways also send
 * it with status 200.
 */
export function findAnthropicFailure(body: JsonValue | undefined): ToldFailure | undefined {
  const told = findToldFailure(body);
  return told && isMoney(told.message) ? { ...told, facts: readError(billingError).facts } : told;
}

const billingError = { type: "billing_error" };

/**
 * True for a failure of payment. The API answers with status 400 if an account has no credit or has
 * reached its spending limit.
 */
function isMoney(message: string): boolean {
  return /credit balance is too low|reached your specified .*usage limits/i.test(message);
}
