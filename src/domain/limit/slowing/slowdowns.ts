/** The reasons why the calls of a limit are delayed at one moment, for users. */
import { isFresh } from "./back-off.js";
import type { LimitState } from "../state.js";

export type Slowdown = UnreachableHost | ThrottledTarget;

/** An API that is down; one call is tried at intervals. Times are in ms since the epoch. */
export interface UnreachableHost {
  readonly kind: "unreachable";
  /** Host and port, or the API's name if its adapter reports no host. */
  readonly host: string;
  readonly sinceMs: number;
  readonly nextTryAtMs: number;
  /** The message of the last failure. */
  readonly reason: string;
}

/** An API that has answered calls with 429. */
export interface ThrottledTarget {
  readonly kind: "throttled";
  /** `<api>/<model>` */
  readonly target: string;
  readonly sinceMs: number;
  /** Reduced requests per minute of the target. */
  readonly requestsPerMinute: number;
  /**
   * Time in ms since the epoch at which the server wants the next call. Absent if it has passed.
   */
  readonly heldUntilMs?: number;
}

export function slowdownsOf({ slowing }: LimitState, nowMs: number): Slowdown[] {
  const { outages = {}, backOffs = {} } = slowing ?? {};
  return [
    ...Object.entries(outages).map(([host, { sinceMs, nextTryAtMs, reason }]): Slowdown => {
      return { kind: "unreachable", host, sinceMs, nextTryAtMs, reason };
    }),
    ...Object.entries(backOffs).flatMap(([target, backOff]): Slowdown[] => {
      if (!isFresh(backOff, nowMs)) return [];
      const { sinceMs, requestsPerMinute, holdUntilMs } = backOff;
      const throttled = {
        ...({ kind: "throttled", target, sinceMs, requestsPerMinute } as const),
        ...(holdUntilMs > nowMs && { heldUntilMs: holdUntilMs }),
      };
      return [throttled];
    }),
  ];
}
