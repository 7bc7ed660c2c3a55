import { setTimeout as sleep } from "node:timers/promises";
import type { Clock } from "../../../activities/leaser/clock-offset.js";
import { Leaser } from "../../../activities/leaser/leaser.js";
import { defined } from "../../../src/domain/defined.js";
import type {
  LeaseAnswer,
  LeaseRequest,
  LimitCap,
} from "../../../src/domain/limit/lease-messages.js";
import { emptyLimit } from "../../../src/domain/limit/state.js";
import type { LimitState } from "../../../src/domain/limit/state.js";
import { lease } from "../../../src/domain/limit/lease.js";

/**
 * The arithmetic of a limit as its workflow runs it, in this process and on this machine's clock.
 */
export interface LimitInMemory {
  readonly lease: (request: LeaseRequest) => Promise<LeaseAnswer>;
  readonly requests: readonly { readonly atMs: number; readonly request: LeaseRequest }[];
  /** Most requests that were under way at once. */
  readonly mostAtOnce: () => number;
  readonly state: () => LimitState;
}

export interface LimitInMemoryOptions {
  /** Each way. @default 5 */
  readonly latencyMs?: number;
  readonly cap?: LimitCap;
  /** Called before each answer; what it throws is the answer. */
  readonly trouble?: () => void;
}

export function limitInMemory(options: LimitInMemoryOptions = {}): LimitInMemory {
  const { latencyMs = 5, cap = {}, trouble } = options;
  let state: LimitState = { ...emptyLimit, cap };
  const requests: { atMs: number; request: LeaseRequest }[] = [];
  let underWay = 0;
  let mostAtOnce = 0;
  return {
    requests,
    mostAtOnce: () => mostAtOnce,
    state: () => state,
    lease: async (request) => {
      requests.push({ atMs: Date.now(), request });
      underWay += 1;
      mostAtOnce = Math.max(mostAtOnce, underWay);
      try {
        await sleep(latencyMs);
        trouble?.();
        const [next, answer] = lease(state, request, Date.now());
        state = next;
        await sleep(latencyMs);
        return answer;
      } finally {
        underWay -= 1;
      }
    },
  };
}

/** The clock of a machine that is off by so much. */
function clockOff(offMs: number): Clock {
  return { now: () => Date.now() + offMs, monotonic: () => performance.now() };
}

export function leaserOf(
  limit: LimitInMemory,
  {
    offMs = 0,
    onTrouble = () => undefined,
    onlyTarget,
  }: { offMs?: number; onTrouble?: () => void; onlyTarget?: string } = {},
): Leaser {
  return new Leaser({
    process: "here",
    ...defined({ onlyTarget }),
    lease: limit.lease,
    clock: clockOff(offMs),
    onTrouble,
  });
}
