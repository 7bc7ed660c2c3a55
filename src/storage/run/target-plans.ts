import { defined } from "../../domain/defined.js";
import type { TargetLimit, TargetPlan } from "../../domain/experiment/target-plan.js";
import { keyOfApi, keyOfTarget } from "../../domain/limit/limit-key.js";
import type { GivenRates, GroupRates, NamedRates } from "../../domain/rates/rates.js";
import { ratesOf } from "../../domain/rates/rates.js";
import { limitIdOfKey } from "./limit-id-of-key.js";

/**
 * The limit of each model that a pipeline calls. Each has the experiment's rates; an entry of the
 * rate table for the model, or for its whole API, has its own.
 *
 * @param targets `<api>/<model>` each
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

/** The limit of a model, with the rates that the table has for it. */
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
  // The models that an API's own entry stands for share its limit.
  const ofApi = entry?.rates ?? entry?.models?.find((one) => one.model === "default")?.rates;
  return ofApi ? { key: keyOfApi(api), given: ofApi } : { key: keyOfTarget(target) };
}
