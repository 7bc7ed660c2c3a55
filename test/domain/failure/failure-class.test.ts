import { describe, expect, it } from "vitest";
import { classifyFailure } from "../../../src/domain/failure/failure-class.js";
import type { FailureFacts } from "../../../src/domain/failure/failure-class.js";

const nowMs = Date.parse("2026-11-21T10:43:19Z");

const classes: readonly (readonly [FailureFacts, string, string])[] = [
  [{ kind: "status", status: 400 }, "permanent", "BadRequest"],
  [{ kind: "status", status: 401 }, "blocked", "Authentication"],
  [{ kind: "status", status: 402 }, "blocked", "Quota"],
  [{ kind: "status", status: 407 }, "blocked", "Proxy"],
  [{ kind: "connection", code: "PROXY_REFUSED" }, "blocked", "Proxy"],
  [{ kind: "status", status: 408 }, "transient", "Timeout"],
  [{ kind: "status", status: 409 }, "transient", "Conflict"],
  [{ kind: "status", status: 413 }, "permanent", "TooLarge"],
  [{ kind: "status", status: 418 }, "permanent", "BadRequest"],
  [{ kind: "status", status: 422 }, "permanent", "Unprocessable"],
  [{ kind: "status", status: 424 }, "transient", "ServerError"],
  [{ kind: "status", status: 425 }, "transient", "TooEarly"],
  [{ kind: "status", status: 429 }, "throttled", "RateLimit"],
  [{ kind: "status", status: 500 }, "away", "ServerError"],
  [{ kind: "status", status: 502 }, "away", "ServerError"],
  [{ kind: "status", status: 503 }, "away", "ServerError"],
  [{ kind: "status", status: 423 }, "transient", "Locked"],
  [{ kind: "status", status: 444 }, "transient", "ClientClosed"],
  [{ kind: "status", status: 460 }, "transient", "ClientClosed"],
  [{ kind: "status", status: 504 }, "away", "ServerError"],
  [{ kind: "status", status: 522 }, "away", "ServerError"],
  [{ kind: "status", status: 529 }, "away", "Overloaded"],
  [{ kind: "status", status: 304 }, "permanent", "UnexpectedStatus"],
  [{ kind: "status" }, "transient", "ServerError"],
  [{ kind: "connection" }, "away", "Connection"],
  [{ kind: "status", status: 498 }, "transient", "InvalidToken"],
  [{ kind: "status", status: 499 }, "transient", "ClientClosed"],
  [{ kind: "timeout" }, "transient", "Timeout"],
  [{ kind: "aborted" }, "transient", "Aborted"],
  [{ kind: "broken-body", status: 200 }, "transient", "BrokenBody"],
  [{ kind: "bad-prompt" }, "permanent", "BadPrompt"],
  [{ kind: "missing-media" }, "permanent", "MissingMedia"],
  [{ kind: "missing-key" }, "blocked", "MissingKey"],
  [{ kind: "internal" }, "transient", "internal"],
  [{ kind: "status", status: 429, code: "insufficient_quota" }, "blocked", "Quota"],
  [{ kind: "status", status: 429, code: "INSUFFICIENT_QUOTA" }, "blocked", "Quota"],
  [{ kind: "status", status: 429, code: "insufficient_balance" }, "blocked", "Quota"],
  [{ kind: "status", status: 429, code: "insufficient_credits" }, "blocked", "Quota"],
  [{ kind: "status", status: 429, code: "billing_not_active" }, "blocked", "Quota"],
  [{ kind: "status", status: 400, code: "billing_hard_limit_reached" }, "blocked", "Quota"],
  [{ kind: "status", status: 400, code: "billing_error" }, "blocked", "Quota"],
  [{ kind: "status", status: 429, code: "access_terminated" }, "blocked", "Quota"],
  [{ kind: "status", status: 400, code: "account_deactivated" }, "blocked", "Authentication"],
  [{ kind: "status", status: 400, code: "invalid_api_key" }, "blocked", "Authentication"],
  [{ kind: "status", status: 400, code: "API_KEY_INVALID" }, "blocked", "Authentication"],
  [{ kind: "status", status: 403, code: "content_filter" }, "permanent", "ContentRefused"],
  [
    { kind: "status", status: 400, code: "content_policy_violation" },
    "permanent",
    "ContentRefused",
  ],
  [{ kind: "status", status: 429, code: "rate_limit_exceeded" }, "throttled", "RateLimit"],
  [{ kind: "status", status: 408, headers: { "x-should-retry": "false" } }, "permanent", "Timeout"],
  // What concerns the API is not the record's failure, whatever the header says.
  [
    { kind: "status", status: 429, headers: { "x-should-retry": "false" } },
    "throttled",
    "RateLimit",
  ],
  [{ kind: "status", status: 503, headers: { "x-should-retry": "false" } }, "away", "ServerError"],
  [
    { kind: "status", status: 400, headers: { "x-should-retry": "true" } },
    "transient",
    "BadRequest",
  ],
  [{ kind: "status", status: 500, headers: { "x-should-retry": "maybe" } }, "away", "ServerError"],
  [
    { kind: "status", status: 401, headers: { "x-should-retry": "true" } },
    "blocked",
    "Authentication",
  ],
  [
    { kind: "status", status: 401, headers: { "x-should-retry": "false" } },
    "blocked",
    "Authentication",
  ],
];

describe("classifyFailure", () => {
  it.each(classes)("of %j says %s, %s", (facts, expectedClass, type) => {
    expect(classifyFailure(facts, nowMs)).toEqual({ class: expectedClass, type });
  });

  it.each<readonly [Readonly<Record<string, string>>, number | undefined]>([
    [{ "retry-after-ms": "1500" }, 1_500],
    [{ "retry-after-ms": "250", "retry-after": "30" }, 250],
    [{ "retry-after-ms": "soon", "retry-after": "30" }, 30_000],
    [{ "retry-after": "2" }, 2_000],
    [{ "retry-after": "0.25" }, 250],
    [{ "retry-after": " 7 " }, 7_000],
    [{ "retry-after": "Sat, 21 Nov 2026 10:44:19 GMT" }, 60_000],
    [{ "retry-after": "Saturday, 21-Nov-26 10:44:19 GMT" }, 60_000],
    [{ "retry-after": "Sat Nov 21 10:44:19 2026" }, 60_000],
    [{ "retry-after": "31536000" }, 86_400_000],
    [{ "retry-after": "Sat, 21 Nov 2099 10:44:19 GMT" }, 86_400_000],
    [{ "retry-after": "Sat, 21 Nov 2026 10:43:18 GMT" }, undefined],
    [{ "retry-after": "0" }, undefined],
    [{ "retry-after": "-5" }, undefined],
    [{ "retry-after": "1e9" }, undefined],
    [{ "retry-after": "NaN" }, undefined],
    [{ "retry-after": "" }, undefined],
    [{ "retry-after": "later today" }, undefined],
    [{}, undefined],
  ])("reads from %j that the server wants to be left alone for %s ms", (headers, expected) => {
    const facts: FailureFacts = { kind: "status", status: 429, headers };
    expect(classifyFailure(facts, nowMs).retryAfterMs).toBe(expected);
  });

  it.each([{}, { "x-should-retry": "false" }])(
    "lets several 404s in a row block the model, with the headers %j",
    (headers) => {
      const failure = classifyFailure({ kind: "status", status: 404, headers }, nowMs);
      expect(failure).toEqual({ class: "permanent", type: "NotFound", blocksInARow: true });
    },
  );

  it("takes a 400 for an unknown model for a 404", () => {
    const failure = classifyFailure({ kind: "status", status: 400 }, nowMs, "Invalid model: smal");
    expect(failure).toEqual({ class: "permanent", type: "NotFound", blocksInARow: true });
  });

  it("names no time for what is not tried again", () => {
    const headers = { "retry-after": "30" };
    const failure = classifyFailure({ kind: "status", status: 401, headers }, nowMs);
    expect(failure).toEqual({ class: "blocked", type: "Authentication" });
  });

  it.each([
    "ECONNREFUSED",
    "ENOTFOUND",
    "EAI_AGAIN",
    "EHOSTUNREACH",
    "UND_ERR_CONNECT_TIMEOUT",
    "PROXY_AWAY",
  ])("knows from %s that nobody took the call", (code) => {
    const failure = classifyFailure({ kind: "connection", code }, nowMs);
    expect(failure).toEqual({ class: "away", type: "Connection", unreached: true });
  });

  it.each(["SELF_SIGNED_CERT_IN_CHAIN", "CERT_HAS_EXPIRED", "ERR_TLS_CERT_ALTNAME_INVALID"])(
    "blocks the model for %s, which no repetition puts right",
    (code) => {
      const failure = classifyFailure({ kind: "connection", code }, nowMs);
      expect(failure).toEqual({ class: "blocked", type: "Certificate" });
    },
  );

  it("takes a reset connection for one that somebody may have taken", () => {
    const failure = classifyFailure({ kind: "connection", code: "ECONNRESET" }, nowMs);
    expect(failure).toEqual({ class: "away", type: "Connection" });
  });

  it("reads from the words of a 429 when the server wants the next call", () => {
    const message = "Rate limit reached for gpt-4o. Please try again in 7s.";
    const failure = classifyFailure({ kind: "status", status: 429 }, nowMs, message);
    expect(failure).toEqual({ class: "throttled", type: "RateLimit", retryAfterMs: 7_000 });
  });
});
