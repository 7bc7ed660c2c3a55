import { APIConnectionError, APIError } from "openai";
import { isJsonObject } from "../../domain/json.js";
import type { JsonValue } from "../../domain/json.js";
import { endedBySignal } from "../ended-by-signal.js";
import { factsOfHeaders, rootMessage } from "../http-facts.js";
import { ProviderError } from "../provider.js";
import { redactFailure } from "../redact-failure.js";

export interface FailureContext {
  readonly signal: AbortSignal;
  readonly baseUrl: string;
  readonly apiKey: string;
}

/** Whatever a call threw, as facts. The original is not kept as a cause: it may quote the key. */
export function toOpenAiFailure(error: unknown, context: FailureContext): ProviderError {
  return redactFailure(describe(error, context), [context.apiKey]);
}

function describe(error: unknown, { signal, baseUrl }: FailureContext): ProviderError {
  if (error instanceof ProviderError) return error;
  if (signal.aborted) return endedBySignal(signal);
  if (error instanceof APIConnectionError) {
    return new ProviderError(`No answer from ${baseUrl}: ${rootMessage(error)}`, {
      kind: "connection",
    });
  }
  if (error instanceof APIError) return describeStatus(error as APIError);
  return new ProviderError(rootMessage(error), { kind: "internal" });
}

function describeStatus(error: APIError): ProviderError {
  const { status, headers } = error;
  // The client's types promise numbers and texts where a server may send anything.
  const code = wordOf(error.code) ?? wordOf(error.type);
  const text = messageOf(error);
  return new ProviderError(text, {
    kind: "status",
    ...(status !== undefined && { status }),
    ...(code !== undefined && { code }),
    ...(headers && factsOfHeaders(headers)),
  });
}

/** The API's own words: in `error.message`, else in all of the body. */
function messageOf(error: APIError): string {
  const body = error.error as JsonValue | undefined;
  if (isJsonObject(body) && typeof body["message"] === "string") return body["message"];
  if (typeof body === "string") return body;
  return error.message;
}

function wordOf(code: unknown): string | undefined {
  return typeof code === "string" && /\D/.test(code) ? code : undefined;
}
