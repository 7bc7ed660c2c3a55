/** How the Gemini API and Vertex AI fail alike: https://cloud.google.com/apis/design/errors. */
import type { FailureRow } from "./adapter-under-test.js";
import { away, blocked, permanent, throttled } from "./failure-rows.js";
import { errorBody } from "./google.js";

const rpc = (type: string, facts: object): object => ({
  "@type": `type.googleapis.com/google.rpc.${type}`,
  ...facts,
});

const spent = (quotaId: string, quotaValue: string): unknown =>
  errorBody("You exceeded your current quota", "RESOURCE_EXHAUSTED", [
    rpc("QuotaFailure", { violations: [{ quotaId, quotaValue }] }),
    rpc("RetryInfo", { retryDelay: "17s" }),
  ]);

export const commonFailures: readonly FailureRow[] = [
  {
    title: "a pace that is too high, with RetryInfo",
    reply: {
      status: 429,
      body: spent("GenerateRequestsPerMinutePerProjectPerModel-FreeTier", "15"),
    },
    ...throttled(17_000),
  },
  {
    title: "a pace that is too high, with RetryInfo and Retry-After, which comes first",
    reply: {
      status: 429,
      headers: { "retry-after": "3" },
      body: spent("GenerateRequestsPerMinutePerProjectPerModel-FreeTier", "15"),
    },
    ...throttled(3_000),
  },
  {
    title: "a quota that is spent for the day",
    reply: { status: 429, body: spent("GenerateRequestsPerDayPerProjectPerModel-FreeTier", "50") },
    ...blocked("Quota"),
  },
  {
    title: "a quota of nothing",
    reply: { status: 429, body: spent("GenerateContentInputTokensPerModelPerMinute", "0") },
    ...blocked("Quota"),
  },
  {
    title: "a wrong key",
    reply: {
      status: 400,
      body: errorBody("API key not valid. Please pass a valid API key.", "INVALID_ARGUMENT", [
        rpc("ErrorInfo", { reason: "API_KEY_INVALID", domain: "googleapis.com" }),
      ]),
    },
    ...blocked("Authentication"),
  },
  {
    title: "an account without billing",
    reply: {
      status: 400,
      body: errorBody(
        "Gemini API free tier is not available in your country. Please enable billing.",
        "FAILED_PRECONDITION",
      ),
    },
    ...blocked("Quota"),
  },
  {
    title: "a file that is not ready",
    reply: {
      status: 400,
      body: errorBody("The File abc is not in an ACTIVE state.", "FAILED_PRECONDITION"),
    },
    ...permanent("BadRequest"),
  },
  {
    title: "an unknown model",
    reply: {
      status: 404,
      body: errorBody("models/gemini-9 is not found for API version v1beta", "NOT_FOUND"),
    },
    ...permanent("NotFound"),
  },
  {
    title: "an overload, told in a list",
    reply: { status: 503, body: [errorBody("The model is overloaded.", "UNAVAILABLE")] },
    ...away("ServerError"),
  },
];
