import { defined } from "../defined.js";
import type { GroupRates } from "./rates.js";

/** The rates that a user may change while an experiment runs. */
export type ChangeableRates = Pick<GroupRates, "requestsPerMinute" | "inFlight">;

/** What a change says of them: an absent one stays, and `null` removes the cap on calls in flight. */
export interface RateChange {
  readonly requestsPerMinute?: number;
  readonly inFlight?: number | null;
}

export function changedRates(
  { requestsPerMinute, inFlight }: ChangeableRates,
  change: RateChange,
): ChangeableRates {
  const calls = change.inFlight === undefined ? inFlight : (change.inFlight ?? undefined);
  return {
    requestsPerMinute: change.requestsPerMinute ?? requestsPerMinute,
    ...defined({ inFlight: calls }),
  };
}
