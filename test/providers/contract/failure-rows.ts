import { defined } from "../../../src/domain/defined.js";
import type { AdapterUnderTest, FailureRow } from "./adapter-under-test.js";

export const canary = "sk-canary-8c1fd5e0b7";
export const nowMs = Date.parse("2026-11-21T10:00:00Z");
const html = "<html><body>Bad gateway</body></html>";
const inAMinute = new Date(nowMs + 60_000).toUTCString();

/** In which row of the failure table a call ends. */
type Expected = Pick<FailureRow, "class" | "type" | "retryAfterMs">;

export const permanent = (type: string): Expected => ({ class: "permanent", type });
export const blocked = (type: string): Expected => ({ class: "blocked", type });
export const transient = (type: string, retryAfterMs?: number): Expected => ({
  class: "transient",
  type,
  ...defined({ retryAfterMs }),
});

export const throttled = (retryAfterMs?: number): Expected => ({
  ...transient("RateLimit", retryAfterMs),
  class: "throttled",
});
export const away = (type: string, retryAfterMs?: number): Expected => ({
  ...transient(type, retryAfterMs),
  class: "away",
});

type StatusRow = readonly [number, Expected, headers?: Readonly<Record<string, string>>];

const statusRows: readonly StatusRow[] = [
  [400, permanent("BadRequest")],
  [401, blocked("Authentication")],
  [402, blocked("Quota")],
  [403, blocked("Permission")],
  [404, permanent("NotFound")],
  [408, transient("Timeout")],
  [409, transient("Conflict")],
  [413, permanent("TooLarge")],
  [422, permanent("Unprocessable")],
  [425, transient("TooEarly")],
  [429, throttled()],
  [429, throttled(1_500), { "retry-after": "1.5" }],
  [429, throttled(60_000), { "retry-after": inAMinute }],
  [429, throttled(250), { "retry-after-ms": "250" }],
  [429, throttled(), { "x-should-retry": "false" }],
  [400, transient("BadRequest"), { "x-should-retry": "true" }],
  [500, away("ServerError")],
  [500, away("ServerError"), { "x-should-retry": "false" }],
  [409, permanent("Conflict"), { "x-should-retry": "false" }],
  [498, transient("InvalidToken")],
  [499, transient("ClientClosed")],
  [502, away("ServerError")],
  [503, away("ServerError", 2_000), { "retry-after": "2" }],
  [504, away("ServerError")],
  [521, away("ServerError")],
  [529, away("Overloaded")],
];

/** Failures that any vendor's server, and any gateway, may cause. */
export function rowsOfAll({ reply, errorBody }: AdapterUnderTest): readonly FailureRow[] {
  const body = errorBody(`It went wrong for the key ${canary}`);
  const asHtml = { "content-type": "text/html" };
  return [
    ...statusRows.map(([status, expected, headers = {}]) => ({
      title: `status ${status} ${Object.entries(headers).flat().join(" ")}`.trim(),
      reply: { status, body, headers },
      ...expected,
    })),
    ...[429, 502].map((status) => ({
      title: `status ${status} with a page of HTML`,
      reply: { status, body: html, headers: asHtml },
      ...(status === 429 ? throttled() : away("ServerError")),
    })),
    ...[401, 500, 529].map((status) => ({
      title: `status ${status} with broken JSON`,
      reply: { status, body: `{"error": {"message": "for ${canary}` },
      ...brokenJson[status]!,
    })),
    { title: "status 500 with no body", reply: { status: 500 }, ...away("ServerError") },
    ...brokenAnswers(reply),
    ...toldWith200(reply, body),
    {
      title: "a page of HTML with status 200",
      reply: { body: html, headers: asHtml },
      ...transient("BrokenBody"),
    },
    // The quote of a page must not end within the key.
    ...[190, 365, 390].map((before) => ({
      title: `a page of HTML with the key after ${before} characters`,
      reply: { body: `${"<".repeat(before)}${canary}`, headers: asHtml },
      ...transient("BrokenBody"),
    })),
    ...redirections,
    ...faults(reply, body),
  ];
}

const elsewhere = "http://127.0.0.1:9/elsewhere";

/**
 * Followed, a 301 would become a GET whose answer belongs to no prompt, and a 307 take the key to
 * another host.
 */
const redirections: readonly FailureRow[] = [301, 302, 303, 307, 308].map((status) => ({
  title: `a redirection with status ${status}`,
  reply: { status, headers: { location: elsewhere }, body: html },
  ...blocked("Redirected"),
  message: elsewhere,
}));

const brokenJson: Readonly<Record<number, Expected>> = {
  401: blocked("Authentication"),
  500: away("ServerError"),
  529: away("Overloaded"),
};

function brokenAnswers(reply: unknown): readonly FailureRow[] {
  const bodies: Readonly<Record<string, unknown>> = {
    "an answer with broken JSON": JSON.stringify(reply).slice(0, -5),
    "an empty answer": "",
    "an answer of another shape": { result: `fine for ${canary}` },
    "an answer that is null": "null",
    "an answer that is a text": '"fine"',
  };
  return [
    ...Object.entries(bodies).map(([title, body]) => ({
      title,
      reply: { body },
      ...transient("BrokenBody"),
    })),
    { title: "status 204", reply: { status: 204 }, ...transient("BrokenBody") },
  ];
}

/** A failure in the body of a status that is a success, alone or beside a part of an answer. */
function toldWith200(reply: unknown, errorBody: unknown): readonly FailureRow[] {
  const message = "upstream went away";
  const beside = reply as object;
  const rows: readonly (readonly [string, unknown, Expected])[] = [
    ["the code 502", { error: { code: 502, message } }, away("ServerError")],
    ["the code 429", { error: { code: 429, message } }, throttled()],
    ["the code 400", { error: { code: "400", message } }, permanent("BadRequest")],
    ["the code 401", { error: { code: 401, message } }, blocked("Authentication")],
    ["no quota", { error: { code: "insufficient_quota", message } }, blocked("Quota")],
    ["a word", { error: { type: "overloaded_error", message } }, away("Overloaded")],
    ["a text", { error: message }, transient("ServerError")],
    ["a text and its code", { error: message, code: 503 }, away("ServerError")],
    ["a list", [{ error: { status: "UNAVAILABLE", message } }], away("ServerError")],
    ["a part of an answer", { ...beside, error: { code: 502, message } }, away("ServerError")],
    ["vLLM's form", { object: "error", message, code: 404 }, permanent("NotFound")],
  ];
  return [
    ...rows.map(([title, body, expected]) => ({
      title: `a failure told with status 200 and ${title}`,
      reply: { body },
      message,
      ...expected,
    })),
    {
      title: "the API's own form of a failure told with status 200",
      reply: { body: errorBody },
      // Anthropic and Google name a failure of the server as such, the others say nothing of its
      // kind.
      ...(/api_error|UNKNOWN/.test(JSON.stringify(errorBody)) ? away : transient)("ServerError"),
      message: "It went wrong",
    },
  ];
}

function faults(reply: unknown, errorBody: unknown): readonly FailureRow[] {
  const timeoutMs = 150;
  return [
    {
      title: "a connection reset before the headers",
      reply: { fault: "reset-before-headers" },
      ...away("Connection"),
    },
    {
      title: "a connection reset in the body",
      reply: { body: reply, fault: "reset-in-body" },
      ...transient("BrokenBody"),
    },
    {
      title: "an answer that is cut off",
      reply: { body: reply, fault: "cut-in-body" },
      ...transient("BrokenBody"),
    },
    {
      title: "a hang before the headers",
      reply: { fault: "hang-before-headers" },
      timeoutMs,
      ...transient("Timeout"),
    },
    {
      title: "a hang in the body",
      reply: { body: reply, fault: "hang-in-body" },
      timeoutMs,
      ...transient("Timeout"),
    },
    {
      title: "a hang in the body of an error",
      reply: { status: 500, body: errorBody, fault: "hang-in-body" },
      timeoutMs,
      ...transient("Timeout"),
    },
  ];
}
