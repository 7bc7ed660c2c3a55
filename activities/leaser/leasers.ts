import { hostname } from "node:os";
import type { LeaseAnswer, LeaseRequest } from "../../src/domain/limit/lease-messages.js";
import { ApiHealths } from "./api-healths.js";
import { systemClock } from "./clock-offset.js";
import { Leaser } from "./leaser.js";
import type { LeaserOptions } from "./leaser.js";

/** Calls the limit's workflow, and starts it if necessary. */
export type LeaseOfLimit = (
  limitId: string,
  limitKey: string,
  request: LeaseRequest,
) => Promise<LeaseAnswer>;

/** The leasers of a process by limit. */
export interface Leasers {
  of: (limit: { readonly limitId: string; readonly limitKey: string }) => Leaser;
}

/**
 * Shorter than the time after which an unused limit ends, so that a last report does not start a
 * new one.
 */
const idleMs = 300_000;

/**
 * Removes an unused leaser. The limit's next leaser has another name, because the limit adds up a
 * leaser's reports by name.
 */
export function createLeasers(
  lease: LeaseOfLimit,
  onTrouble: LeaserOptions["onTrouble"],
  { forgetAfterMs = idleMs }: { readonly forgetAfterMs?: number } = {},
): Leasers {
  const started = Date.now().toString(36);
  const name = `${hostname()}-${process.pid}-${started}`;
  const leasers = new Map<string, Leaser>();
  const healths = new ApiHealths((host) => {
    for (const leaser of leasers.values()) leaser.apis.noteRecovery(host);
  });
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
      process: `${name}-${made.toString(36)}`,
      ...wholeTargetOf(limitKey),
      healths,
      lease: (request) => lease(limitId, limitKey, request),
      clock: systemClock,
      onTrouble,
    });
  };
  return {
    of: ({ limitId, limitKey }) => {
      const leaser = leasers.get(limitId) ?? create(limitId, limitKey);
      leasers.set(limitId, leaser);
      lookLater();
      return leaser;
    },
  };
}

/** A key `api/<api>/<model>` has one target; `api/<api>` and other keys have several. */
function wholeTargetOf(limitKey: string): { readonly wholeTarget?: string } {
  const [, wholeTarget] = /^api\/([^/]+\/.+)$/s.exec(limitKey) ?? [];
  return wholeTarget === undefined ? {} : { wholeTarget };
}
