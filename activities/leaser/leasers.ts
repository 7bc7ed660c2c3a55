import { computed } from "../../src/domain/computed.js";
import { defined } from "../../src/domain/defined.js";
import { onlyTargetOf } from "../../src/domain/limit/limit-key.js";
import type { LeaseAnswer, LeaseRequest } from "../../src/domain/limit/lease-messages.js";
import { ApiHealths } from "./api-healths.js";
import { ClockOffset, systemClock } from "./clock-offset.js";
import { Leaser } from "./leaser.js";
import type { LeaserOptions } from "./leaser.js";

/** Calls the limit's workflow, and starts it if necessary. */
export type LeaseOfLimit = (
  limitId: string,
  limitKey: string,
  request: LeaseRequest,
) => Promise<LeaseAnswer>;

export interface LeasersOptions {
  /** Name of this process's worker. */
  readonly worker: string;
  /** Workers that ended without a report. @default none */
  readonly endedWorkers?: readonly string[];
  readonly forgetAfterMs?: number;
}

/** The leasers of a process by limit. */
export interface Leasers {
  of: (limit: LimitOfLeaser) => Leaser;
  /**
   * Opens the leasers of limits that are needed soon. After a crash, a limit answers the first
   * request of a process late, so all limits are asked at once.
   */
  open: (limits: readonly LimitOfLeaser[]) => void;
}

export interface LimitOfLeaser {
  readonly limitId: string;
  readonly limitKey: string;
}

/**
 * Time in ms after which a leaser is unused. It is shorter than the time after which an unused
 * limit ends, so that a last report does not start a new limit.
 */
const idleMs = 300_000;

/**
 * Removes an unused leaser. The limit's next leaser has another name, because the limit adds up a
 * leaser's reports by name.
 */
export function createLeasers(
  lease: LeaseOfLimit,
  onTrouble: LeaserOptions["onTrouble"],
  { worker, endedWorkers = [], forgetAfterMs = idleMs }: LeasersOptions,
): Leasers {
  const leasers = new Map<string, Leaser>();
  const healths = new ApiHealths((host) => {
    for (const leaser of leasers.values()) leaser.apis.noteRecovery(host);
  });
  // All limits have the server's clock. With many limits, each would ask twice to know it.
  const offset = new ClockOffset(systemClock);
  let made = 0;
  let timer: NodeJS.Timeout | undefined;
  const forgetTheIdle = (): void => {
    for (const [limitId, leaser] of leasers) {
      if (leaser.isIdle(forgetAfterMs)) leasers.delete(limitId);
    }
    timer = undefined;
    lookLater();
  };
  const lookLater = (): void => {
    if (leasers.size === 0) return;
    timer ??= setTimeout(forgetTheIdle, forgetAfterMs / 5).unref();
  };
  const create = (limitId: string, limitKey: string): Leaser => {
    made += 1;
    return new Leaser({
      process: `${worker}/${made.toString(36)}`,
      endedWorkers,
      ...defined({ onlyTarget: onlyTargetOf(limitKey) }),
      healths,
      offset,
      lease: (request) => lease(limitId, limitKey, request),
      clock: systemClock,
      onTrouble,
    });
  };
  const of = ({ limitId, limitKey }: LimitOfLeaser): Leaser => {
    const leaser = computed(leasers, limitId, () => create(limitId, limitKey));
    lookLater();
    return leaser;
  };
  return {
    of,
    open: (limits) => {
      for (const limit of limits) of(limit);
    },
  };
}
