import { hostname } from "node:os";
import type { LeaseAnswer, LeaseRequest } from "../../src/domain/limit/lease-messages.js";
import { systemClock } from "./clock-offset.js";
import { Leaser, type LeaserOptions } from "./leaser.js";

/** Asks the limit's workflow, and starts it where there is none. */
export type LeaseOfLimit = (
  limitId: string,
  limitKey: string,
  request: LeaseRequest,
) => Promise<LeaseAnswer>;

/** The leasers of a process by limit. */
export interface Leasers {
  of: (limit: { readonly limitId: string; readonly limitKey: string }) => Leaser;
}

export function createLeasers(lease: LeaseOfLimit, onTrouble: LeaserOptions["onTrouble"]): Leasers {
  const started = Date.now().toString(36);
  const name = `${hostname()}-${process.pid}-${started}`;
  const leasers = new Map<string, Leaser>();
  return {
    of: ({ limitId, limitKey }) => {
      let leaser = leasers.get(limitId);
      if (!leaser) {
        leaser = new Leaser({
          process: name,
          lease: (request) => lease(limitId, limitKey, request),
          clock: systemClock,
          onTrouble,
        });
        leasers.set(limitId, leaser);
      }
      return leaser;
    },
  };
}
