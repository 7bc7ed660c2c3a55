/**
 * What slows a limit down beyond its rates: back-offs after 429s, by `<api>/<model>`, and outages, by host. Where all
 * its calls go to one target the limit itself goes slower. Else each process holds the calls of that target or host.
 */
import type { BackOff } from "./back-off.js";
import type { Outage } from "./outage.js";

/** As it stands in the state of a limit. */
export interface Slowing {
  /** By `<api>/<model>`. */
  readonly backOffs: Readonly<Record<string, BackOff>>;
  /** By host. */
  readonly outages: Readonly<Record<string, Outage>>;
  /** All calls of the limit go to one target. */
  readonly whole: boolean;
}

/** The rate that a limit of one target is slowed down to; `Infinity` where it is not. */
export function slowedRate(slowing: Slowing | undefined): number {
  if (!slowing?.whole) return Infinity;
  return Math.min(
    ...Object.values(slowing.backOffs).map(({ requestsPerMinute }) => requestsPerMinute),
    ...Object.values(slowing.outages).map(({ tryEveryMs }) => 60_000 / tryEveryMs),
  );
}

/** Nothing of a limit of one target goes before. */
export function slowedUntil(slowing: Slowing | undefined): number {
  return slowing?.whole ? slowingEndsAt(slowing) : 0;
}

/** When nothing is held any more. */
export function slowingEndsAt(slowing: Slowing | undefined): number {
  const { backOffs = {}, outages = {} } = slowing ?? {};
  return Math.max(
    0,
    ...Object.values(backOffs).map(({ holdUntilMs }) => holdUntilMs),
    ...Object.values(outages).map(({ nextTryAtMs }) => nextTryAtMs),
  );
}
