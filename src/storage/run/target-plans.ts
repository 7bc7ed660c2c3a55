import { defined } from "../../domain/defined.js";
import type { TargetLimit, TargetPlan } from "../../domain/experiment/target-plan.js";
import { keyInTable } from "../../domain/limit/limit-key.js";
import type { GroupRates, NamedRates } from "../../domain/rates/rates.js";
import { ratesOf } from "../../domain/rates/rates.js";
import { limitIdOfKey } from "./limit-id-of-key.js";

/**
 * Returns the limit of each model that a pipeline calls. Its rates come from the entry of the rate
 * table for the model, or for the whole API, otherwise from the experiment.
 *
 * @param targets each `<api>/<model>`
 */
export function targetPlans(
  targets: readonly string[],
  rates: GroupRates,
  table: readonly NamedRates[] = [],
): readonly TargetPlan[] {
  return targets.map((target) => {
    const { given, ...limit } = limitOfTarget(target, table);
    return { target, ...limit, ...ratesOf({ ...rates, ...given }) };
  });
}

/** Returns the limit of a model, with its rates from the table. */
export function limitOfTarget(target: string, table: readonly NamedRates[] = []): TargetLimit {
  const { key, given } = keyInTable(target, table);
  return { limitKey: key, limitId: limitIdOfKey(key), ...defined({ given }) };
}
