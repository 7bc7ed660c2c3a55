import { defined } from "../../domain/defined.js";
import { isJsonArray, isJsonObject } from "../../domain/json/json.js";
import type { JsonObject, JsonValue } from "../../domain/json/json.js";
import { parseJsonText } from "../../domain/json/json-text.js";
import { factsOfHeaders, rootCode, rootMessage } from "../http/http-facts.js";
import { findToldFailure } from "../failure/told-failure.js";
import type { ToldFailure } from "../failure/told-failure.js";
import { ProviderError } from "../provider.js";

/**
 * Reads the facts of a response with an error status. Google's client would keep only the status.
 */
export async function statusFailure(
  response: Response,
  signal: AbortSignal,
): Promise<ProviderError> {
  const text = await readText(response, signal);
  const told = findGoogleFailure(parse(text));
  const { headers, ...facts } = factsOfHeaders(response.headers);
  const message = told?.message ?? text.trim();
  return new ProviderError(message || `Status ${response.status} without a word.`, {
    kind: "status",
    ...told?.facts,
    status: response.status,
    ...facts,
    headers: { ...told?.facts.headers, ...headers },
  });
}

async function readText(response: Response, signal: AbortSignal): Promise<string> {
  try {
    return await response.text();
  } catch (error) {
    if (signal.aborted) throw error;
    return `The body of the failure broke off: ${rootMessage(error)}`;
  }
}

function parse(text: string): JsonValue | undefined {
  try {
    return parseJsonText(text);
  } catch {
    return undefined;
  }
}

/**
 * Finds a failure in the form `{"error": {"code": 429, "status": "RESOURCE_EXHAUSTED", "message":
 * …, "details": […]}}`, or in a list with one such object.
 */
export function findGoogleFailure(body: JsonValue | undefined): ToldFailure | undefined {
  const told = findToldFailure(body);
  if (!told || !isJsonObject(told.error)) return told;
  const { error, facts } = told;
  const code = codeOf(error);
  const retryAfter = retryAfterOf(error);
  return {
    ...told,
    facts: {
      ...facts,
      ...defined({ code }),
      ...(retryAfter !== undefined && { headers: { "retry-after": retryAfter } }),
    },
  };
}

/** Returns the details of one type: https://cloud.google.com/apis/design/errors#error_details. */
function detailsOf(error: JsonObject, type: string): readonly JsonObject[] {
  const { details } = error;
  if (!isJsonArray(details)) return [];
  return details
    .filter(isJsonObject)
    .filter((detail) => detail["@type"] === `type.googleapis.com/google.rpc.${type}`);
}

function codeOf(error: JsonObject): string | undefined {
  if (isSpent(error) || isUnpaid(error)) return "insufficient_quota";
  const reason = detailsOf(error, "ErrorInfo")[0]?.["reason"];
  const code = typeof reason === "string" ? reason : error["status"];
  return typeof code === "string" ? code : undefined;
}

/**
 * True if a quota is used up for the day or is zero. A 429 can also mean the limit per minute,
 * which passes.
 */
function isSpent(error: JsonObject): boolean {
  const violations = detailsOf(error, "QuotaFailure").flatMap((detail) => {
    const list = detail["violations"];
    return isJsonArray(list) ? list.filter(isJsonObject) : [];
  });
  return violations.some(
    ({ quotaId, quotaValue }) =>
      quotaValue === "0" || (typeof quotaId === "string" && quotaId.includes("PerDay")),
  );
}

/**
 * True for a status 400 that no change to the request fixes:
 * https://ai.google.dev/gemini-api/docs/troubleshooting.
 */
function isUnpaid({ status, message }: JsonObject): boolean {
  return (
    status === "FAILED_PRECONDITION" &&
    typeof message === "string" &&
    /billing|free tier|location is not supported/i.test(message)
  );
}

/** Returns the time in `RetryInfo`. It contains seconds as text: `"17s"`, `"3.5s"`. */
function retryAfterOf(error: JsonObject): string | undefined {
  const delay = detailsOf(error, "RetryInfo")[0]?.["retryDelay"];
  return typeof delay === "string" ? /^(\d+(\.\d+)?)s$/.exec(delay)?.[1] : undefined;
}

/** Returns the error for missing credentials, or for credentials that yield no token. */
export function noCredentials(error: unknown): ProviderError {
  const message = rootMessage(error);
  const status = statusOf(error);
  if (
    status === undefined &&
    /ECONN|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|fetch failed|no connection to|is not trusted/.test(message)
  ) {
    const code = rootCode(error);
    return new ProviderError(`No token from Google's servers: ${message}`, {
      kind: "connection",
      ...defined({ code }),
    });
  }
  if (status !== undefined && (status >= 500 || status === 429)) {
    return new ProviderError(`No token from Google's servers: ${message}`, {
      kind: "status",
      status,
    });
  }
  return new ProviderError(
    `No credentials for Google Cloud: ${message} See to \`gcloud auth application-default login\`, ` +
      "GOOGLE_APPLICATION_CREDENTIALS or VERTEXAI_API_KEY, and to VERTEXAI_PROJECT_ID.",
    { kind: "missing-key" },
  );
}

/** Returns the status of an error. Google's libraries put it in `status`, some of them as text. */
function statusOf(error: unknown): number | undefined {
  const status = error instanceof Error && "status" in error ? Number(error.status) : NaN;
  return Number.isInteger(status) ? status : undefined;
}
