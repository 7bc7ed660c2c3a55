/**
 * Sends one POST of JSON that is answered with JSON, for APIs without a usable client. There are no
 * retries.
 */
import { isJsonObject } from "../../domain/json/json.js";
import type { JsonObject } from "../../domain/json/json.js";
import type { Answer } from "../../domain/record/outcome.js";
import { failureOfCall } from "./failed-call.js";
import { factsOfHeaders } from "./http-facts.js";
import { createPooledFetch } from "./pooled-fetch.js";
import { ProviderError } from "../provider.js";
import { readAnswer } from "../answer/read-answer.js";
import type { AnswerReader } from "../answer/read-answer.js";
import { withOwnSignal } from "./with-own-signal.js";
import { parseIfJson } from "../../domain/json/parse-json.js";

export interface JsonPost {
  readonly url: string;
  /** Bearer token, for servers that need one. */
  readonly apiKey: string | undefined;
  readonly body: JsonObject;
  readonly signal: AbortSignal;
  readonly reader: AnswerReader;
}

export type PostJson = (post: JsonPost) => Promise<Answer>;

/** Returns a function that sends requests. It keeps its connections between calls. */
export function createPostJson(): PostJson {
  const pooledFetch = createPooledFetch();
  return async (post) => {
    try {
      return await withOwnSignal(post.signal, (signal) => send({ ...post, signal }, pooledFetch));
    } catch (error) {
      const secrets = post.apiKey === undefined ? [] : [post.apiKey];
      const address = new URL(post.url).origin;
      throw failureOfCall(error, { signal: post.signal, address, secrets, read: readFetchError });
    }
  };
}

async function send(
  { url, apiKey, body, signal, reader }: JsonPost,
  pooledFetch: typeof fetch,
): Promise<Answer> {
  const response = await pooledFetch(url, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      accept: "application/json",
      ...(apiKey !== undefined && { authorization: `Bearer ${apiKey}` }),
    },
    body: JSON.stringify(body),
    // A redirect would turn the POST into a GET without the body.
    redirect: "manual",
    signal,
  });
  if (!response.ok) throw await failedStatus(response);
  return readAnswer(response, signal, reader);
}

async function failedStatus(response: Response): Promise<ProviderError> {
  const { status, headers } = response;
  const text = (await response.text()).trim();
  return new ProviderError(messageOf(text) ?? `The server answered with status ${status}.`, {
    kind: "status",
    status,
    ...factsOfHeaders(headers),
  });
}

/**
 * Returns the server's message from `{"error": "…"}` or `{"error": {"message": "…"}}`, otherwise
 * the whole body.
 */
function messageOf(text: string): string | undefined {
  if (text === "") return undefined;
  const body = parseIfJson(text);
  const error = isJsonObject(body)
    ? (body["error"] ?? body["message"] ?? body["detail"])
    : undefined;
  const message = isJsonObject(error) ? error["message"] : error;
  return typeof message === "string" && message !== "" ? message : text;
}

/** Reads an error of fetch. Every such error is a TypeError, for any cause. */
function readFetchError(error: unknown): "connection" | undefined {
  return error instanceof TypeError ? "connection" : undefined;
}
