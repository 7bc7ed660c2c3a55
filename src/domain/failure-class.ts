/** What is known of a call that brought no answer. */
export interface FailureFacts {
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
  /** The server's own wish, from `retry-after-ms` or `retry-after`. */
  readonly retryAfterMs?: number;
}
