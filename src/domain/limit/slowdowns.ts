/** What holds the calls of a limit back at one moment, for people. */
import type { LimitState } from "./state.js";

export type Slowdown = UnreachableHost | ThrottledTarget;

/** The API is down: one call is tried now and then. Instants are epoch milliseconds. */
export interface UnreachableHost {
  readonly kind: "unreachable";
  /** Host and port; the API's name where its adapter tells no host. */
  readonly host: string;
  readonly sinceMs: number;
  readonly nextTryAtMs: number;
  /** In the words of the last failure. */
  readonly reason: string;
}

/** The API has answered calls with 429. */
export interface ThrottledTarget {
  readonly kind: "throttled";
  /** `<api>/<model>` */
  readonly target: string;
  readonly sinceMs: number;
  /** The rate that its calls are slowed down to. */
  readonly requestsPerMinute: number;
  /** When the server wants the next call, if that lies ahead. */
  readonly heldUntilMs?: number;
}

export function slowdownsOf({ slowing }: LimitState, nowMs: number): Slowdown[] {
  const { outages = {}, backOffs = {} } = slowing ?? {};
  return [
    ...Object.entries(outages).map(([host, { sinceMs, nextTryAtMs, reason }]): Slowdown => {
      return { kind: "unreachable", host, sinceMs, nextTryAtMs, reason };
    }),
    ...Object.entries(backOffs).map(([target, backOff]): Slowdown => {
      const { sinceMs, requestsPerMinute, holdUntilMs } = backOff;
      return {
        ...{ kind: "throttled", target, sinceMs, requestsPerMinute },
        ...(holdUntilMs > nowMs && { heldUntilMs: holdUntilMs }),
      };
    }),
  ];
}
