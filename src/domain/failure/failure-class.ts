/**
 * Decides what a call that brought no answer means, from the call's facts alone. Adapters report facts; nothing else
 * classifies. Only what becomes of an `away` call depends on other calls too: see `api-health.ts`.
 */
import { meaningOf403 } from "./forbidden.js";
import { readWish } from "./server-wish.js";
import { isLastingTlsError } from "./tls-code.js";

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
  /** The API's own code or type, such as `insufficient_quota`; of a connection the system's, such as `ECONNREFUSED`. */
  readonly code?: string;
  readonly requestId?: string;
  /** Host and port that the call went to, where the adapter knows it. */
  readonly host?: string;
}

export interface FailureClass {
  /**
   * - `transient`: retried, up to `--max-attempts` calls.
   * - `throttled`: the API wants fewer calls. The limit slows down; the call counts as no attempt.
   * - `away`: the API may be down. Counts as no attempt where calls of other records fail as well.
   * - `permanent`: the record fails at once.
   * - `blocked`: the `<api>/<model>` waits for a person.
   */
  readonly class: "transient" | "throttled" | "away" | "permanent" | "blocked";
  /** A stable word for `error.type`: `RateLimit`, `Timeout`, `Authentication` … */
  readonly type: string;
  /** How long the server wants to be left alone; above 0, at most a day. */
  readonly retryAfterMs?: number;
  /** Of `away`: nobody took the call, so nothing in the record can be the cause. */
  readonly unreached?: true;
  /** Of `permanent`: blocks the `<api>/<model>` where several different records in a row get the same. */
  readonly blocksInARow?: true;
}

type Verdict = Omit<FailureClass, "retryAfterMs">;

const byKind: Readonly<Record<Exclude<FailureFacts["kind"], "status">, Verdict>> = {
  connection: { class: "away", type: "Connection" },
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
  404: { class: "permanent", type: "NotFound" },
  408: { class: "transient", type: "Timeout" },
  409: { class: "transient", type: "Conflict" },
  413: { class: "permanent", type: "TooLarge" },
  422: { class: "permanent", type: "Unprocessable" },
  // What a server needs for its answer failed: the model itself (text-generation-inference) or a tool (OpenAI).
  424: { class: "transient", type: "ServerError" },
  425: { class: "transient", type: "TooEarly" },
  429: { class: "throttled", type: "RateLimit" },
  // A token that expired on its way (Esri, and gateways that copied it), and a client that went away (nginx).
  498: { class: "transient", type: "InvalidToken" },
  499: { class: "transient", type: "ClientClosed" },
  500: { class: "away", type: "ServerError" },
  502: { class: "away", type: "ServerError" },
  503: { class: "away", type: "ServerError" },
  529: { class: "away", type: "Overloaded" },
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

/** `Connection` errors of the system that came before anybody took the call: no address, no route, nobody listening. */
const unreachedCodes: ReadonlySet<string> = new Set([
  "EAI_AGAIN",
  "ECONNREFUSED",
  "EHOSTDOWN",
  "EHOSTUNREACH",
  "ENETDOWN",
  "ENETUNREACH",
  "ENOTFOUND",
  "ETIMEDOUT",
  "UND_ERR_CONNECT_TIMEOUT",
]);

/**
 * @param nowMs epoch milliseconds, for a `retry-after` that is a date
 * @param message the API's own words, which may name a time or a reason
 */
export function classifyFailure(facts: FailureFacts, nowMs: number, message = ""): FailureClass {
  if (facts.kind !== "status") return ofKind(facts.kind, facts.code);
  const headers = facts.headers ?? {};
  const verdict = obey(headers["x-should-retry"], verdictOf(facts, message));
  if (!isRetried(verdict)) return verdict;
  const retryAfterMs = readWish(
    { headers, message, throttled: verdict.class === "throttled" },
    nowMs,
  );
  return retryAfterMs === undefined ? verdict : { ...verdict, retryAfterMs };
}

function ofKind(kind: keyof typeof byKind, code: string | undefined): Verdict {
  const verdict = byKind[kind];
  if (kind !== "connection" || code === undefined) return verdict;
  // As with a wrong key, every call fails until a person puts it right.
  if (isLastingTlsError(code)) return { class: "blocked", type: "Certificate" };
  const unreached = unreachedCodes.has(code);
  return unreached ? { ...verdict, unreached } : verdict;
}

function isRetried(verdict: Verdict): boolean {
  return verdict.class !== "permanent" && verdict.class !== "blocked";
}

function verdictOf({ status, code }: FailureFacts, message: string): Verdict {
  const coded = code === undefined ? undefined : byCode.get(code.toLowerCase());
  if (coded) return coded;
  if (status === undefined) return { class: "transient", type: "ServerError" };
  if (status === 403) return verdictsOf403[meaningOf403(message, code)];
  const listed = byStatus[status];
  if (listed) return listed;
  if (status >= 500) return { class: "transient", type: "ServerError" };
  if (status >= 400) return { class: "permanent", type: "BadRequest" };
  return { class: "permanent", type: "UnexpectedStatus" };
}

const verdictsOf403: Readonly<Record<ReturnType<typeof meaningOf403>, Verdict>> = {
  account: { class: "blocked", type: "Permission" },
  content: contentRefused,
  unclear: { class: "permanent", type: "Forbidden", blocksInARow: true },
};

/** A server may know better than its status if a retry helps, but no repetition puts a key right. */
function obey(shouldRetry: string | undefined, verdict: Verdict): Verdict {
  if (verdict.class === "blocked") return verdict;
  if (shouldRetry === "true" && !isRetried(verdict)) {
    return { class: "transient", type: verdict.type };
  }
  if (shouldRetry === "false") return { class: "permanent", type: verdict.type };
  return verdict;
}
