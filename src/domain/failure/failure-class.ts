/**
 * Decides what happens after a call that brought no answer, from the call's facts alone: `transient` is tried again,
 * `permanent` is recorded at once, `blocked` waits for a person. Adapters report facts; nothing else classifies.
 */

/** What is known of a call that brought no answer. */
export interface FailureFacts {
  /** `status` without a `status` is a failure that the API told in its own words, outside HTTP. */
  readonly kind:
    | "status"
    | "connection"
    | "timeout"
    | "aborted"
    | "broken-body"
    | "bad-prompt"
    | "missing-media"
    | "missing-key"
    | "internal";
  readonly status?: number;
  /** Lower-case names. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The API's own code or type, such as `insufficient_quota`. */
  readonly code?: string;
  readonly requestId?: string;
}

export interface FailureClass {
  readonly class: "transient" | "permanent" | "blocked";
  /** A stable word for `error.type`: `RateLimit`, `Timeout`, `Authentication` … */
  readonly type: string;
  /** The server's own wish, from `retry-after-ms` or `retry-after`; above 0, at most a day. */
  readonly retryAfterMs?: number;
}

type Verdict = Pick<FailureClass, "class" | "type">;

const byKind: Readonly<Record<Exclude<FailureFacts["kind"], "status">, Verdict>> = {
  connection: { class: "transient", type: "Connection" },
  timeout: { class: "transient", type: "Timeout" },
  aborted: { class: "transient", type: "Aborted" },
  "broken-body": { class: "transient", type: "BrokenBody" },
  "bad-prompt": { class: "permanent", type: "BadPrompt" },
  "missing-media": { class: "permanent", type: "MissingMedia" },
  "missing-key": { class: "blocked", type: "MissingKey" },
  internal: { class: "transient", type: "internal" },
};

const byStatus: Readonly<Record<number, Verdict>> = {
  400: { class: "permanent", type: "BadRequest" },
  401: { class: "blocked", type: "Authentication" },
  402: { class: "blocked", type: "Quota" },
  403: { class: "blocked", type: "Permission" },
  404: { class: "permanent", type: "NotFound" },
  408: { class: "transient", type: "Timeout" },
  409: { class: "transient", type: "Conflict" },
  413: { class: "permanent", type: "TooLarge" },
  422: { class: "permanent", type: "Unprocessable" },
  // What a server needs for its answer failed: the model itself (text-generation-inference) or a tool (OpenAI).
  424: { class: "transient", type: "ServerError" },
  429: { class: "transient", type: "RateLimit" },
  529: { class: "transient", type: "Overloaded" },
};

const quota: Verdict = { class: "blocked", type: "Quota" };
const authentication: Verdict = { class: "blocked", type: "Authentication" };
const contentRefused: Verdict = { class: "permanent", type: "ContentRefused" };

/** Codes that say more than their status, in lower case. */
const byCode: ReadonlyMap<string, Verdict> = new Map([
  ["insufficient_quota", quota],
  ["insufficient_balance", quota],
  ["insufficient_credits", quota],
  ["billing_not_active", quota],
  ["billing_hard_limit_reached", quota],
  ["billing_error", quota],
  ["access_terminated", quota],
  // Every call of the same base URL is redirected, until a person corrects it.
  ["redirected", { class: "blocked", type: "Redirected" }],
  ["account_deactivated", authentication],
  ["invalid_api_key", authentication],
  ["api_key_invalid", authentication],
  ["content_filter", contentRefused],
  ["content_policy_violation", contentRefused],
]);

/** `nowMs` is epoch milliseconds, for a `retry-after` that is a date. */
export function classifyFailure(facts: FailureFacts, nowMs: number): FailureClass {
  if (facts.kind !== "status") return byKind[facts.kind];
  const headers = facts.headers ?? {};
  const verdict = obey(headers["x-should-retry"], verdictOf(facts));
  const retryAfterMs = verdict.class === "transient" ? readRetryAfter(headers, nowMs) : undefined;
  return retryAfterMs === undefined ? verdict : { ...verdict, retryAfterMs };
}

function verdictOf({ status, code }: FailureFacts): Verdict {
  const coded = code === undefined ? undefined : byCode.get(code.toLowerCase());
  if (coded) return coded;
  if (status === undefined) return { class: "transient", type: "ServerError" };
  const listed = byStatus[status];
  if (listed) return listed;
  if (status >= 500) return { class: "transient", type: "ServerError" };
  if (status >= 400) return { class: "permanent", type: "BadRequest" };
  return { class: "permanent", type: "UnexpectedStatus" };
}

/** A server may know better than its status whether it pays to ask again, but no repetition puts a key right. */
function obey(shouldRetry: string | undefined, verdict: Verdict): Verdict {
  if (verdict.class === "blocked") return verdict;
  if (shouldRetry === "true") return { ...verdict, class: "transient" };
  if (shouldRetry === "false") return { ...verdict, class: "permanent" };
  return verdict;
}

const dayMs = 86_400_000;

function readRetryAfter(
  headers: Readonly<Record<string, string>>,
  nowMs: number,
): number | undefined {
  const wishMs =
    readNumber(headers["retry-after-ms"]) ??
    scale(readNumber(headers["retry-after"])) ??
    readDate(headers["retry-after"], nowMs);
  return wishMs !== undefined && wishMs > 0 ? Math.min(wishMs, dayMs) : undefined;
}

function readNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\s*\d+(\.\d+)?\s*$/.test(text) ? Number(text) : undefined;
}

function scale(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : Math.ceil(seconds * 1000);
}

/** Of HTTP's three forms of a date, one names no time zone; all mean GMT. */
function readDate(text: string | undefined, nowMs: number): number | undefined {
  if (text === undefined || !/^\s*[A-Za-z]{3,9},?\s/.test(text)) return undefined;
  const at = Date.parse(/GMT\s*$/.test(text) ? text : `${text} GMT`);
  return Number.isNaN(at) ? undefined : at - nowMs;
}
