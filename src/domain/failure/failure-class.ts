/**
 * Classifies a call without an answer from the call's facts alone. Adapters only report facts. The
 * handling of an `away` call also depends on other calls: see `api-health.ts`.
 */
import { meaningOf403 } from "./meaning-of-403.js";
import { readServerWish } from "./server-wish.js";
import { isLastingTlsError } from "./lasting-tls-error.js";
import { proxyCodes } from "./proxy-codes.js";
import { saysUnknownModel } from "./unknown-model.js";

/** The facts of a call without an answer. */
export interface FailureFacts {
  /**
   * Kind of the failure. `status` without a `status` field means a failure that the API reported
   * outside of HTTP's status.
   */
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
  /** Response headers, with lower-case names. */
  readonly headers?: Readonly<Record<string, string>>;
  /**
   * Code or type from the API, e.g. `insufficient_quota`. For a connection, the system's code, e.g.
   * `ECONNREFUSED`, or one of `proxyCodes`.
   */
  readonly code?: string;
  readonly requestId?: string;
  /** Host and port of the call, if the adapter knows it. */
  readonly host?: string;
}

export interface FailureClass {
  /**
   * - `transient`: retried, up to `--max-attempts` calls.
   * - `throttled`: the API wants fewer calls. The limit slows down; the call does not count as an
   * attempt.
   * - `away`: the API may be down. Does not count as an attempt if calls of other records fail as
   * well.
   * - `permanent`: the record fails at once.
   * - `blocked`: the `<api>/<model>` waits for a person.
   */
  readonly class: "transient" | "throttled" | "away" | "permanent" | "blocked";
  /** Stable word for `error.type`: `RateLimit`, `Timeout`, `Authentication` … */
  readonly type: string;
  /** Wait that the server asks for, in ms; above 0, at most a day. */
  readonly retryAfterMs?: number;
  /** Set for `away` if the call never reached the API. Then the record cannot be the cause. */
  readonly unreached?: true;
  /**
   * Set for `permanent`: blocks the `<api>/<model>` if several different records fail like this in
   * a row.
   */
  readonly blocksInARow?: true;
}

type Classification = Omit<FailureClass, "retryAfterMs">;

const byKind: Readonly<Record<Exclude<FailureFacts["kind"], "status">, Classification>> = {
  connection: { class: "away", type: "Connection" },
  timeout: { class: "transient", type: "Timeout" },
  aborted: { class: "transient", type: "Aborted" },
  "broken-body": { class: "transient", type: "BrokenBody" },
  "bad-prompt": { class: "permanent", type: "BadPrompt" },
  "missing-media": { class: "permanent", type: "MissingMedia" },
  "missing-key": { class: "blocked", type: "MissingKey" },
  internal: { class: "transient", type: "internal" },
};

/** The name of the model or the address may be wrong. Then every call fails. */
const notFound: Classification = { class: "permanent", type: "NotFound", blocksInARow: true };

/** Every call fails until a person corrects the proxy's settings. */
const proxyRefused: Classification = { class: "blocked", type: "Proxy" };

const byStatus: Readonly<Record<number, Classification>> = {
  400: { class: "permanent", type: "BadRequest" },
  401: { class: "blocked", type: "Authentication" },
  402: { class: "blocked", type: "Quota" },
  404: notFound,
  407: proxyRefused,
  408: { class: "transient", type: "Timeout" },
  409: { class: "transient", type: "Conflict" },
  413: { class: "permanent", type: "TooLarge" },
  422: { class: "permanent", type: "Unprocessable" },
  423: { class: "transient", type: "Locked" },
  // A dependency of the server failed: the model itself (text-generation-inference) or a tool
  // (OpenAI).
  424: { class: "transient", type: "ServerError" },
  425: { class: "transient", type: "TooEarly" },
  429: { class: "throttled", type: "RateLimit" },
  // 498: a token that expired in transit (Esri, and gateways that copied the code). 444 (nginx), 460
  // (AWS) and 499 (nginx): a connection that was closed before the answer.
  444: { class: "transient", type: "ClientClosed" },
  460: { class: "transient", type: "ClientClosed" },
  498: { class: "transient", type: "InvalidToken" },
  499: { class: "transient", type: "ClientClosed" },
  500: { class: "away", type: "ServerError" },
  502: { class: "away", type: "ServerError" },
  503: { class: "away", type: "ServerError" },
  504: { class: "away", type: "ServerError" },
  // 520 to 524, and 530: a proxy that cannot reach its server (Cloudflare).
  520: { class: "away", type: "ServerError" },
  521: { class: "away", type: "ServerError" },
  522: { class: "away", type: "ServerError" },
  523: { class: "away", type: "ServerError" },
  524: { class: "away", type: "ServerError" },
  529: { class: "away", type: "Overloaded" },
  530: { class: "away", type: "ServerError" },
};

const quota: Classification = { class: "blocked", type: "Quota" };
const authentication: Classification = { class: "blocked", type: "Authentication" };
const contentRefused: Classification = { class: "permanent", type: "ContentRefused" };

/** Codes that override the meaning of their status, in lower case. */
const byCode: ReadonlyMap<string, Classification> = new Map([
  ["insufficient_quota", quota],
  ["insufficient_balance", quota],
  ["insufficient_credits", quota],
  ["billing_not_active", quota],
  ["billing_hard_limit_reached", quota],
  ["billing_error", quota],
  ["access_terminated", quota],
  // Every call to this base URL is redirected until a person corrects it.
  ["redirected", { class: "blocked", type: "Redirected" }],
  ["account_deactivated", authentication],
  ["invalid_api_key", authentication],
  ["api_key_invalid", authentication],
  ["content_filter", contentRefused],
  ["content_policy_violation", contentRefused],
]);

/**
 * The `Connection` error codes for calls that never reached the API: no address, no route, no
 * listener, or a proxy that is away.
 */
const unreachedCodes: ReadonlySet<string> = new Set([
  "EAI_AGAIN",
  "ECONNREFUSED",
  "EHOSTDOWN",
  "EHOSTUNREACH",
  "ENETDOWN",
  "ENETUNREACH",
  "ENOTFOUND",
  "ETIMEDOUT",
  proxyCodes.away,
  "UND_ERR_CONNECT_TIMEOUT",
]);

/**
 * @param nowMs current time in ms since the epoch, for a `retry-after` that is a date
 * @param message the API's message, which may contain a time or a reason
 */
export function classifyFailure(facts: FailureFacts, nowMs: number, message = ""): FailureClass {
  if (facts.kind !== "status") return ofKind(facts.kind, facts.code);
  const headers = facts.headers ?? {};
  const found = obey(headers["x-should-retry"], classifyStatus(facts, message));
  if (!isRetried(found)) return found;
  const retryAfterMs = readServerWish(
    { headers, message, throttled: found.class === "throttled" },
    nowMs,
  );
  return retryAfterMs === undefined ? found : { ...found, retryAfterMs };
}

function ofKind(kind: keyof typeof byKind, code: string | undefined): Classification {
  const found = byKind[kind];
  if (kind !== "connection" || code === undefined) return found;
  // Every call fails until a person fixes it, as with a wrong key.
  if (isLastingTlsError(code)) return { class: "blocked", type: "Certificate" };
  if (code === proxyCodes.refused) return proxyRefused;
  const unreached = unreachedCodes.has(code);
  return unreached ? { ...found, unreached } : found;
}

function isRetried(found: Classification): boolean {
  return found.class !== "permanent" && found.class !== "blocked";
}

function classifyStatus({ status, code }: FailureFacts, message: string): Classification {
  const coded = code === undefined ? undefined : byCode.get(code.toLowerCase());
  if (coded) return coded;
  if (status === undefined) return { class: "transient", type: "ServerError" };
  if (status === 403) return classesOf403[meaningOf403(message, code)];
  if (isBadRequest(status) && saysUnknownModel(message, code)) return notFound;
  const listed = byStatus[status];
  if (listed) return listed;
  if (status >= 500) return { class: "transient", type: "ServerError" };
  if (status >= 400) return { class: "permanent", type: "BadRequest" };
  return { class: "permanent", type: "UnexpectedStatus" };
}

function isOfTheApi(found: Classification): boolean {
  return found.class === "blocked" || found.class === "throttled" || found.class === "away";
}

function isBadRequest(status: number): boolean {
  return status === 400 || status === 422;
}

const classesOf403: Readonly<Record<ReturnType<typeof meaningOf403>, Classification>> = {
  account: { class: "blocked", type: "Permission" },
  content: contentRefused,
  unclear: { class: "permanent", type: "Forbidden", blocksInARow: true },
};

/**
 * Applies the server's advice on retries, which overrides its status. `blocked` stays, because no
 * retry fixes a key. `throttled` and `away` stay too: they concern the API, and the record can be
 * asked again once it has time.
 */
function obey(shouldRetry: string | undefined, found: Classification): Classification {
  if (isOfTheApi(found)) return found;
  if (shouldRetry === "true" && !isRetried(found)) {
    return { class: "transient", type: found.type };
  }
  if (shouldRetry === "false" && isRetried(found)) return { class: "permanent", type: found.type };
  return found;
}
