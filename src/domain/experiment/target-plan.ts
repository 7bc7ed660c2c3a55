import { defined } from "../defined.js";
import { changedRates } from "../rates/changed-rates.js";
import type { RateChange } from "../rates/changed-rates.js";
import type { CurrentRates } from "../rates/current-rates.js";
import { currentRatesOf } from "../rates/current-rates.js";

/** A model that the rows of a pipeline call, with the limit of its calls. */
export interface TargetPlan extends CurrentRates {
  /** `<api>/<model>` */
  readonly target: string;
  readonly limitKey: string;
  readonly limitId: string;
}

/** A change of the rates of one target, or of all of them. */
interface TargetChange extends RateChange {
  /** `<api>/<model>`; absent for all targets. */
  readonly group?: string;
}

export function changedTargets(
  targets: readonly TargetPlan[],
  { group, ...change }: TargetChange,
): readonly TargetPlan[] {
  return targets.map((plan) => {
    if ((group ?? plan.target) !== plan.target) return plan;
    const { target, limitKey, limitId, tokensPerMinute, requestsPerDay } = plan;
    const { inFlight, ...changed } = changedRates(plan, change);
    const rates = currentRatesOf({ ...changed, inFlight, tokensPerMinute, requestsPerDay });
    return { target, limitKey, limitId, ...rates };
  });
}

/** The changes that lead from `before` to `now`, which has the same targets. */
export function changesBetween(
  before: readonly TargetPlan[],
  now: readonly TargetPlan[],
): readonly (TargetChange & { readonly group: string })[] {
  return now.flatMap(({ target, requestsPerMinute, inFlight = null, changes }, index) =>
    before[index]?.changes === changes
      ? []
      : [{ group: target, requestsPerMinute, inFlight, ...defined({ changes }) }],
  );
}

/** The calls of all targets in a minute. */
export function callsPerMinute(targets: readonly TargetPlan[]): number {
  return targets.reduce((sum, { requestsPerMinute }) => sum + requestsPerMinute, 0);
}
