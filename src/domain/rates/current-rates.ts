/** A group's rates as they are now, with the count that tells older messages from newer ones. */
import { defined } from "../defined.js";
import { ratesOf } from "./rates.js";
import type { GroupRates } from "./rates.js";

export interface CurrentRates extends GroupRates {
  /** Number of changes since the group began. @default 0 */
  readonly changes?: number;
}

/** Picks the rates and their count from any object that has them. */
export function currentRatesOf(
  source: Parameters<typeof ratesOf>[0] & { readonly changes?: number | undefined },
): CurrentRates {
  return { ...ratesOf(source), ...defined({ changes: source.changes }) };
}

/** True if the rates were changed more often than others of the same group. */
export function isNewer(
  { changes = 0 }: Pick<CurrentRates, "changes">,
  other: Pick<CurrentRates, "changes">,
): boolean {
  return changes > (other.changes ?? 0);
}
