/** For APIs without a client of their own that would serve: one POST of JSON, answered with JSON. Nothing is retried. */
import { isJsonObject } from "../../domain/json/json.js";
import type { JsonObject, JsonValue } from "../../domain/json/json.js";
import type { Answer } from "../../domain/record/outcome.js";
import { failureOfCall } from "./failed-call.js";
import { factsOfHeaders } from "./http-facts.js";
import { createPooledFetch } from "./pooled-fetch.js";
import { ProviderError } from "../provider.js";
import { readAnswer } from "../answer/read-answer.js";
import type { AnswerReader } from "../answer/read-answer.js";
import { withOwnSignal } from "./with-own-signal.js";

export interface JsonPost {
  readonly url: string;
  /** Sent as a bearer token where the server wants one. */
  readonly apiKey: string | undefined;
  readonly body: JsonObject;
  readonly signal: AbortSignal;
  readonly reader: AnswerReader;
}

export type PostJson = (post: JsonPost) => Promise<Answer>;

/** Keeps its connections between calls. */
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
    // A redirection would make a GET of it, without the body.
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

/** The server's own words: `{"error": "…"}`, `{"error": {"message": "…"}}`, else all of the body. */
function messageOf(text: string): string | undefined {
  if (text === "") return undefined;
  const body = parse(text);
  const error = isJsonObject(body)
    ? (body["error"] ?? body["message"] ?? body["detail"])
    : undefined;
  const message = isJsonObject(error) ? error["message"] : error;
  return typeof message === "string" && message !== "" ? message : text;
}

function parse(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}

/** What fetch rejects with, whatever went wrong on the way. */
function readFetchError(error: unknown): "connection" | undefined {
  return error instanceof TypeError ? "connection" : undefined;
}
