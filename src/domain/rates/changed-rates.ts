import { defined } from "../defined.js";
import type { CurrentRates } from "./current-rates.js";

/** The rates that a user may change while an experiment runs. */
export type ChangeableRates = Pick<CurrentRates, "requestsPerMinute" | "inFlight" | "changes">;

/**
 * A change of these rates. An absent rate stays unchanged, and `null` removes the maximum of
 * concurrent calls.
 */
export interface RateChange {
  readonly requestsPerMinute?: number;
  readonly inFlight?: number | null;
  /** Number of changes of the rates, including this one. @default one more than before */
  readonly changes?: number;
}

export function changedRates(
  { requestsPerMinute, inFlight, changes = 0 }: ChangeableRates,
  change: RateChange,
): ChangeableRates {
  const calls = change.inFlight === undefined ? inFlight : (change.inFlight ?? undefined);
  return {
    requestsPerMinute: change.requestsPerMinute ?? requestsPerMinute,
    ...defined({ inFlight: calls }),
    changes: change.changes ?? changes + 1,
  };
}
