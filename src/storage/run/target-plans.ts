import { defined } from "../../domain/defined.js";
import type { TargetLimit, TargetPlan } from "../../domain/experiment/target-plan.js";
import { keyOfApi, keyOfTarget } from "../../domain/limit/limit-key.js";
import type { GivenRates, GroupRates, NamedRates } from "../../domain/rates/rates.js";
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
  const { key, given } = limitOf(target, table);
  return { limitKey: key, limitId: limitIdOfKey(key), ...defined({ given }) };
}

function limitOf(
  target: string,
  table: readonly NamedRates[],
): { readonly key: string; readonly given?: GivenRates } {
  const slash = target.indexOf("/");
  const [api, model] = [target.slice(0, slash), target.slice(slash + 1)];
  const entry = table.find(({ name }) => name === api);
  const ofModel = entry?.models?.find((one) => one.model === model);
  if (ofModel) return { key: keyOfTarget(target), given: ofModel.rates };
  // The models without their own entry share the limit of the API's entry.
  const ofApi = entry?.rates ?? entry?.models?.find((one) => one.model === "default")?.rates;
  return ofApi ? { key: keyOfApi(api), given: ofApi } : { key: keyOfTarget(target) };
}
