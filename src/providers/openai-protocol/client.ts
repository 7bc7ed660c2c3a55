/**
 * Calls through OpenAI's own clients, loaded on the first send. There are no retries here, and the
 * call's signal is the only timeout. The client's own timeout covers only the time until the
 * headers, and the timeout of Node's fetch cuts answers off after 300 s.
 */
import { AzureOpenAI, OpenAI } from "openai";
import type { ClientOptions } from "openai";
import { isJsonObject } from "../../domain/json/json.js";
import type { JsonObject, JsonValue } from "../../domain/json/json.js";
import type { Answer } from "../../domain/record/outcome.js";
import { failureOfCall } from "../http/failed-call.js";
import { oneForEach } from "../registry/one-for-each.js";
import { createPooledFetch } from "../http/pooled-fetch.js";
import { readAnswer } from "../answer/read-answer.js";
import { withOwnSignal } from "../http/with-own-signal.js";
import { readChatAnswer } from "./answer.js";
import { readOpenAiFailure } from "./failure.js";
import { readResponsesAnswer } from "./responses-answer.js";

/** The account and the address of a call. */
export interface OpenAiAccess {
  readonly apiKey: string;
  /** URL without a trailing slash. */
  readonly baseUrl: string;
  readonly organization?: string;
  readonly project?: string;
  /** API version for Azure's paths with deployments. */
  readonly azureVersion?: string;
}

export interface OpenAiRequest {
  readonly path: "/chat/completions" | "/completions" | "/responses";
  readonly body: JsonObject;
}

export type OpenAiSend = (
  access: OpenAiAccess,
  request: OpenAiRequest,
  signal: AbortSignal,
) => Promise<Answer>;

const foreverMs = 2 ** 31 - 1;

/**
 * Returns a function that sends calls. It keeps one client per access, and its connections between
 * calls.
 */
export function createOpenAiSend(): OpenAiSend {
  const pooledFetch = createPooledFetch();
  const clientOf = oneForEach((access: OpenAiAccess) => createClient(access, pooledFetch));
  return async (access, request, signal) => {
    const { apiKey, baseUrl } = access;
    try {
      return await withOwnSignal(signal, (own) => post(clientOf(access), request, own));
    } catch (error) {
      const secrets = [apiKey];
      throw failureOfCall(error, { signal, address: baseUrl, secrets, read: readOpenAiFailure });
    }
  };
}

/**
 * Creates a client. All options are set, because the clients read missing options from the
 * process's environment.
 */
function createClient(access: OpenAiAccess, pooledFetch: typeof fetch): OpenAI {
  const { apiKey, baseUrl: baseURL, organization = null, project = null, azureVersion } = access;
  const options = {
    apiKey,
    baseURL,
    organization,
    project,
    adminAPIKey: null,
    maxRetries: 0,
    timeout: foreverMs,
    logLevel: "off",
    fetch: pooledFetch,
  } satisfies ClientOptions;
  return azureVersion === undefined
    ? new PlainSpokenOpenAi(options)
    : new PlainSpokenAzure({ ...options, apiVersion: azureVersion });
}

type StatusErrorArguments = Parameters<OpenAI["makeStatusError"]>;
type StatusError = ReturnType<OpenAI["makeStatusError"]>;

class PlainSpokenOpenAi extends OpenAI {
  protected override makeStatusError(...given: StatusErrorArguments): StatusError {
    return super.makeStatusError(...withWholeBody(given));
  }
}

class PlainSpokenAzure extends AzureOpenAI {
  protected override makeStatusError(...given: StatusErrorArguments): StatusError {
    return super.makeStatusError(...withWholeBody(given));
  }
}

/**
 * Moves details into the `error` object. The clients drop error details outside of it, where other
 * servers put them.
 */
function withWholeBody([
  status,
  body,
  message,
  headers,
]: StatusErrorArguments): StatusErrorArguments {
  // The body is parsed JSON.
  return [status, isJsonObject(body as JsonValue) ? inOpenAiForm(body) : body, message, headers];
}

function inOpenAiForm(body: object): object {
  if (!("error" in body)) return { error: body };
  if (typeof body.error !== "string") return body;
  return { error: { message: body.error, code: "error_type" in body ? body.error_type : null } };
}

async function post(client: OpenAI, request: OpenAiRequest, signal: AbortSignal): Promise<Answer> {
  const { path, body } = request;
  const response = await client.post(path, { body, signal }).asResponse();
  const read = path === "/responses" ? readResponsesAnswer : readChatAnswer;
  return readAnswer(response, signal, { vendor: "OpenAI", read });
}
