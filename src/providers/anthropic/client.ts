/**
 * Calls through Anthropic's own client. There are no retries here, and the call's signal is the
 * only timeout.
 */
import { Anthropic } from "@anthropic-ai/sdk";
import type { JsonObject } from "../../domain/json/json.js";
import type { Answer } from "../../domain/record/outcome.js";
import { readAnthropicAnswer } from "./answer.js";
import { findAnthropicFailure, readAnthropicFailure } from "./failure.js";
import { failureOfCall } from "../http/failed-call.js";
import { oneForEach } from "../registry/one-for-each.js";
import { createPooledFetch } from "../http/pooled-fetch.js";
import { readAnswer } from "../answer/read-answer.js";
import { withOwnSignal } from "../http/with-own-signal.js";

/** The account and the address of a call. */
export interface AnthropicAccess {
  readonly apiKey: string;
  /** URL without `/v1`. */
  readonly baseUrl: string;
}

export type AnthropicSend = (
  access: AnthropicAccess,
  body: JsonObject,
  signal: AbortSignal,
) => Promise<Answer>;

const foreverMs = 2 ** 31 - 1;

/**
 * Returns a function that sends calls. It keeps one client per key and base URL, and its
 * connections between calls.
 */
export function createAnthropicSend(): AnthropicSend {
  const pooledFetch = createPooledFetch();
  const clientOf = oneForEach((access: AnthropicAccess) => createClient(access, pooledFetch));
  return async (access, body, signal) => {
    const { apiKey, baseUrl } = access;
    try {
      return await withOwnSignal(signal, (own) => post(clientOf(access), body, own));
    } catch (error) {
      const secrets = [apiKey];
      throw failureOfCall(error, { signal, address: baseUrl, secrets, read: readAnthropicFailure });
    }
  };
}

function createClient({ apiKey, baseUrl }: AnthropicAccess, pooledFetch: typeof fetch): Anthropic {
  return new Anthropic({
    apiKey,
    baseURL: baseUrl,
    maxRetries: 0,
    timeout: foreverMs,
    logLevel: "off",
    openTelemetry: false,
    fetch: pooledFetch,
  });
}

async function post(client: Anthropic, body: JsonObject, signal: AbortSignal): Promise<Answer> {
  const response = await client.post("/v1/messages", { body, signal }).asResponse();
  return readAnswer(response, signal, {
    vendor: "Anthropic",
    read: readAnthropicAnswer,
    findFailure: findAnthropicFailure,
  });
}
