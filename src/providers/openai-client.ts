/**
 * Calls through OpenAI's own client, loaded only when something is sent. Nothing is retried here, and no time limit
 * holds but the call's signal: neither the client's own, which ends at the headers, nor that of Node's fetch, which
 * cuts answers off after 300 s.
 */
import { OpenAI } from "openai";
import { Agent, fetch as undiciFetch } from "undici";
import type { RequestInit as UndiciRequestInit } from "undici";
import { isJsonObject } from "../domain/json.js";
import type { JsonObject, JsonValue } from "../domain/json.js";
import type { Answer } from "../domain/outcome.js";
import { readOpenAiAnswer } from "./openai-answer.js";
import { factsOfHeaders, rootMessage } from "./http-facts.js";
import { toOpenAiFailure } from "./openai-failure.js";
import { ProviderError } from "./provider.js";

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
  const dispatcher = new Agent({ headersTimeout: 0, bodyTimeout: 0, connections: null });
  const clients = new Map<string, OpenAI>();
  return async (access, request, signal) => {
    try {
      const name = JSON.stringify(access);
      const client = clients.get(name) ?? createClient(access, dispatcher);
      clients.set(name, client);
      return await withOwnSignal(signal, (own) => post(client, request, own));
    } catch (error) {
      throw toOpenAiFailure(error, { signal, ...access });
    }
  };
}

function createClient(access: OpenAiAccess, dispatcher: Agent): OpenAI {
  return new PlainSpokenOpenAi({
    apiKey: access.apiKey,
    adminAPIKey: null,
    baseURL: access.baseUrl,
    organization: access.organization ?? null,
    project: access.project ?? null,
    maxRetries: 0,
    timeout: foreverMs,
    logLevel: "off",
    fetch: fetchThrough(dispatcher),
  });
}

/** An agent works with the fetch of its own package alone. */
function fetchThrough(dispatcher: Agent): typeof fetch {
  const fetchWithAgent = (url: string, init: UndiciRequestInit): Promise<unknown> =>
    undiciFetch(url, { ...init, dispatcher });
  // Node's fetch and its package are the same code, whose types differ in name only.
  return fetchWithAgent as unknown as typeof fetch;
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

/** The client leaves its listener on the signal that it gets, which may live much longer than the call. */
async function withOwnSignal<Result>(
  signal: AbortSignal,
  run: (own: AbortSignal) => Promise<Result>,
): Promise<Result> {
  signal.throwIfAborted();
  const controller = new AbortController();
  const abort = (): void => controller.abort();
  signal.addEventListener("abort", abort);
  try {
    return await run(controller.signal);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}

async function post(client: OpenAI, request: OpenAiRequest, signal: AbortSignal): Promise<Answer> {
  const { path, body } = request;
  const response = await client.post(path, { body, signal }).asResponse();
  return readAnswer(await readText(response, signal), response);
}

async function readText(response: Response, signal: AbortSignal): Promise<string> {
  try {
    return await response.text();
  } catch (error) {
    if (signal.aborted) throw error;
    throw brokenBody(`The answer broke off: ${rootMessage(error)}`, response);
  }
}

function readAnswer(text: string, response: Response): Answer {
  if (text.trim() === "") throw brokenBody("The answer is empty.", response);
  const body = parse(text);
  if (body === undefined) {
    throw brokenBody(`The answer is no JSON: ${JSON.stringify(text.slice(0, 200))}`, response);
  }
  const answer = readOpenAiAnswer(body);
  if ("problem" in answer) {
    throw (
      toldFailure(body) ??
      brokenBody(`The answer has not OpenAI's form: ${answer.problem}`, response)
    );
  }
  return answer;
}

function parse(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
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

function brokenBody(message: string, response: Response): ProviderError {
  return new ProviderError(message, {
    kind: "broken-body",
    status: response.status,
    ...factsOfHeaders(response.headers),
  });
}
