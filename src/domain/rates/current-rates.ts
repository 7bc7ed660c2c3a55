/** A group's current rates, with a count that shows which of two messages is newer. */
import { defined } from "../defined.js";
import { ratesOf } from "./rates.js";
import type { GroupRates } from "./rates.js";

export interface CurrentRates extends GroupRates {
  /** Number of changes since the group began. @default 0 */
  readonly changes?: number;
}

/** Returns the rates and their count from any object that has them. */
export function currentRatesOf(
  source: Parameters<typeof ratesOf>[0] & { readonly changes?: number | undefined },
): CurrentRates {
  return { ...ratesOf(source), ...defined({ changes: source.changes }) };
}

/** True if the rates are newer than other rates of the same group. */
export function isNewer(
  { changes = 0 }: Pick<CurrentRates, "changes">,
  other: Pick<CurrentRates, "changes">,
): boolean {
  return changes > (other.changes ?? 0);
}
