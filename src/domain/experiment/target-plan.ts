import { defined } from "../defined.js";
import { changedRates } from "../rates/changed-rates.js";
import type { RateChange } from "../rates/changed-rates.js";
import { ratesOf } from "../rates/rates.js";
import type { GivenRates } from "../rates/rates.js";
import type { CurrentRates } from "../rates/current-rates.js";
import { currentRatesOf } from "../rates/current-rates.js";

/** A model that the rows of a pipeline call, with the limit of its calls. */
export interface TargetPlan extends CurrentRates {
  /** `<api>/<model>` */
  readonly target: string;
  readonly limitKey: string;
  readonly limitId: string;
}

/**
 * Target that stands for all models that a batch run learns of only when a line asks them. Its plan
 * carries their rates.
 */
export const anyTarget = "*";

/** Limit of a model that was unknown at the start, with the model's rates from the rate table. */
export interface TargetLimit {
  readonly limitKey: string;
  readonly limitId: string;
  readonly given?: GivenRates;
}

/** A change of the rates of one target, or of all of them. */
interface TargetChange extends RateChange {
  /** `<api>/<model>`; absent for all targets. */
  readonly group?: string;
  /** Limit of a model that the experiment does not name. Absent for other models. */
  readonly limit?: TargetLimit;
}

export function changedTargets(
  targets: readonly TargetPlan[],
  { group, limit, ...change }: TargetChange,
): readonly TargetPlan[] {
  return withTarget(targets, { group, limit }).map((plan) => {
    if ((group ?? plan.target) !== plan.target) return plan;
    const { target, limitKey, limitId, tokensPerMinute, requestsPerDay } = plan;
    const { inFlight, ...changed } = changedRates(plan, change);
    const rates = currentRatesOf({ ...changed, inFlight, tokensPerMinute, requestsPerDay });
    return { target, limitKey, limitId, ...rates };
  });
}

/**
 * Adds a plan for a model that a line has asked. The plan is made from the plan for all such
 * models.
 */
function withTarget(
  targets: readonly TargetPlan[],
  { group, limit }: { readonly group: string | undefined; readonly limit: TargetLimit | undefined },
): readonly TargetPlan[] {
  const any = targets.find(({ target }) => target === anyTarget);
  const isKnown = targets.some(({ target }) => target === group);
  if (group === undefined || !limit || !any || isKnown) return targets;
  return [...targets, targetOnTheWay(group, any, limit)];
}

/**
 * Returns the plan of a model that the code of a flow asks for. @param any the plan for all such
 * models
 */
export function targetOnTheWay(target: string, any: TargetPlan, limit: TargetLimit): TargetPlan {
  const { limitKey, limitId, given } = limit;
  const { changes } = any;
  return {
    target,
    limitKey,
    limitId,
    ...ratesOf({ ...ratesOf(any), ...given }),
    ...defined({ changes }),
  };
}

/**
 * Returns the changes that lead from `before` to `now`. `now` starts with the same targets and may
 * have more.
 */
export function changesBetween(
  before: readonly TargetPlan[],
  now: readonly TargetPlan[],
): readonly (TargetChange & { readonly group: string })[] {
  return now.flatMap((plan, index) => {
    const { target, requestsPerMinute, inFlight = null, changes } = plan;
    const known = before[index];
    if (known && known.changes === changes) return [];
    const { limitKey, limitId } = plan;
    const limit = known ? undefined : { limitKey, limitId, given: ratesOf(plan) };
    return [{ group: target, requestsPerMinute, inFlight, ...defined({ changes, limit }) }];
  });
}

/** False for the lines of a flow whose models are known only when it calls them. */
export function namesModel(targets: readonly TargetPlan[]): boolean {
  return targets.some(({ target }) => target !== anyTarget);
}

/** Returns the number of calls of all targets per minute. */
export function callsPerMinute(targets: readonly TargetPlan[]): number {
  return targets.reduce((sum, { requestsPerMinute }) => sum + requestsPerMinute, 0);
}

/** The rates at which all targets together may be called. */
export interface SharedRate {
  readonly requestsPerMinute: number;
  /** Rate of each limit if several limits have the same rate. `requestsPerMinute` is the sum. */
  readonly requestsPerMinuteOfEach?: number;
}

/**
 * Adds up the rates and counts each limit once. Models that are not known yet count only if no
 * model is known, because code usually asks only the models of its flow.
 */
export function sharedRate(targets: readonly TargetPlan[]): SharedRate {
  const named = targets.filter(({ target }) => target !== anyTarget);
  const byLimit = new Map<string, number>();
  for (const { limitId, requestsPerMinute } of named.length === 0 ? targets : named) {
    byLimit.set(limitId, Math.max(byLimit.get(limitId) ?? 0, requestsPerMinute));
  }
  const rates = [...byLimit.values()];
  const [each = 0] = rates;
  const isSame = rates.length > 1 && rates.every((rate) => rate === each);
  return {
    requestsPerMinute: rates.reduce((sum, rate) => sum + rate, 0),
    ...(isSame && { requestsPerMinuteOfEach: each }),
  };
}
