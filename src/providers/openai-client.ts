/**
 * Calls through OpenAI's own client, loaded only when something is sent. Nothing is retried here, and no time limit
 * holds but the call's signal: neither the client's own, which ends at the headers, nor that of Node's fetch, which
 * cuts answers off after 300 s.
 */
import { OpenAI } from "openai";
import { isJsonObject } from "../domain/json.js";
import type { JsonObject, JsonValue } from "../domain/json.js";
import type { Answer } from "../domain/outcome.js";
import { readOpenAiAnswer } from "./openai-answer.js";
import { toOpenAiFailure } from "./openai-failure.js";
import { createPooledFetch } from "./pooled-fetch.js";
import { ProviderError } from "./provider.js";
import { brokenBody, readJsonBody } from "./read-json-body.js";
import { withOwnSignal } from "./with-own-signal.js";

/** Whose account is used, and where. */
export interface OpenAiAccess {
  readonly apiKey: string;
  readonly baseUrl: string;
  readonly organization?: string;
  readonly project?: string;
}

export interface OpenAiRequest {
  readonly path: "/chat/completions" | "/completions";
  readonly body: JsonObject;
}

export type OpenAiSend = (
  access: OpenAiAccess,
  request: OpenAiRequest,
  signal: AbortSignal,
) => Promise<Answer>;

const foreverMs = 2 ** 31 - 1;

/** Keeps one client for each key and base URL, and their connections between calls. */
export function createOpenAiSend(): OpenAiSend {
  const pooledFetch = createPooledFetch();
  const clients = new Map<string, OpenAI>();
  return async (access, request, signal) => {
    try {
      const name = JSON.stringify(access);
      const client = clients.get(name) ?? createClient(access, pooledFetch);
      clients.set(name, client);
      return await withOwnSignal(signal, (own) => post(client, request, own));
    } catch (error) {
      throw toOpenAiFailure(error, { signal, ...access });
    }
  };
}

function createClient(access: OpenAiAccess, pooledFetch: typeof fetch): OpenAI {
  return new PlainSpokenOpenAi({
    apiKey: access.apiKey,
    adminAPIKey: null,
    baseURL: access.baseUrl,
    organization: access.organization ?? null,
    project: access.project ?? null,
    maxRetries: 0,
    timeout: foreverMs,
    logLevel: "off",
    fetch: pooledFetch,
  });
}

/** The client drops an error body that lacks OpenAI's `error` key, and with it what other servers have to say. */
class PlainSpokenOpenAi extends OpenAI {
  protected override makeStatusError(
    ...[status, body, message, headers]: Parameters<OpenAI["makeStatusError"]>
  ): ReturnType<OpenAI["makeStatusError"]> {
    const error = isJsonObject(body as JsonValue) && !("error" in body) ? { error: body } : body;
    return super.makeStatusError(status, error, message, headers);
  }
}

async function post(client: OpenAI, request: OpenAiRequest, signal: AbortSignal): Promise<Answer> {
  const { path, body } = request;
  const response = await client.post(path, { body, signal }).asResponse();
  return answerOf(await readJsonBody(response, signal), response);
}

function answerOf(body: JsonValue, response: Response): Answer {
  const answer = readOpenAiAnswer(body);
  if (!("problem" in answer)) return answer;
  throw (
    toldFailure(body) ?? brokenBody(`The answer has not OpenAI's form: ${answer.problem}`, response)
  );
}

/** Some gateways answer 200 and tell the failure of the API behind them in the body. */
function toldFailure(body: JsonValue): ProviderError | undefined {
  const error = isJsonObject(body) ? body["error"] : undefined;
  if (!isJsonObject(error) || typeof error["message"] !== "string") return undefined;
  const { code } = error;
  return new ProviderError(error["message"], {
    kind: "status",
    ...(typeof code === "number" && code >= 400 && code < 600 && { status: code }),
    ...(typeof code === "string" && { code }),
  });
}
