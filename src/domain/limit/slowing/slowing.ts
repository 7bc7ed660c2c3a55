/**
 * Delays of a limit beyond its rates: back-offs after 429s, by `<api>/<model>`, and outages, by
 * host. If all calls of the limit go to one target, the limit itself slows down. Otherwise each
 * process delays the calls to the affected target or host.
 */
import type { BackOff } from "./back-off.js";
import type { Watch } from "./isolated.js";
import type { Outage } from "./outage.js";

/** The delays in the state of a limit. */
export interface Slowing {
  /** Back-offs by `<api>/<model>`. */
  readonly backOffs: Readonly<Record<string, BackOff>>;
  /** Targets with isolated 429s, by `<api>/<model>`; absent in the state of earlier versions. */
  readonly watches?: Readonly<Record<string, Watch>> | undefined;
  /** Outages by host. */
  readonly outages: Readonly<Record<string, Outage>>;
  /** True if all calls of the limit go to one target. */
  readonly whole: boolean;
}

/** Returns the reduced rate of a limit with one target; `Infinity` without a delay. */
export function slowedRate(slowing: Slowing | undefined): number {
  if (!slowing?.whole) return Infinity;
  return Math.min(
    ...Object.values(slowing.backOffs).map(({ requestsPerMinute }) => requestsPerMinute),
    ...Object.values(slowing.outages).map(({ tryEveryMs }) => 60_000 / tryEveryMs),
  );
}

/** Returns the earliest time of the next call of a limit with one target. */
export function slowedUntil(slowing: Slowing | undefined): number {
  return slowing?.whole ? slowingEndsAt(slowing) : 0;
}

/** Returns the time at which all delays end. */
export function slowingEndsAt(slowing: Slowing | undefined): number {
  const { backOffs = {}, outages = {} } = slowing ?? {};
  return Math.max(
    0,
    ...Object.values(backOffs).map(({ holdUntilMs }) => holdUntilMs),
    ...Object.values(outages).map(({ nextTryAtMs }) => nextTryAtMs),
  );
}
