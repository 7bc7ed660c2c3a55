/**
 * Keys of limits. All experiments, workers and machines with the same key share a limit.
 *
 * - An experiment without groups has the key of its only target, or its own key if it has several
 *   targets.
 * - A group has the key of its API.
 * - A group of a model in the rate table has the key of the model.
 * - A group has a key with its own name if a person named it, or if different rules put its records
 *   together.
 */

import type { GivenRates, NamedRates } from "../rates/rates.js";

/**
 * Returns the key of an API, or of one of its models, e.g. `api/openai` and `api/openai/gpt-4o`.
 */
export function keyOfApi(api: string, model?: string): string {
  return model === undefined ? `api/${api}` : `api/${api}/${model}`;
}

/** @param target `<api>/<model>` */
export function keyOfTarget(target: string): string {
  return `api/${target}`;
}

/** Returns the key of a group that a person named. */
export function keyOfGroup(name: string): string {
  return `group/${name}`;
}

/** Returns the key of an experiment with several APIs or models and no groups. */
export function keyOfExperiment(name: string): string {
  return `experiment/${name}`;
}

/** Returns the key of the limit that admits the rows of a pipeline, or the lines of a batch run. */
export function keyOfRows(experiment: string): string {
  return `rows/${experiment}`;
}

/** A record in the groups of a rate table. */
interface GroupedRecord {
  readonly api: string;
  /** The record's model, if the rate table has an entry for it. */
  readonly model: string | undefined;
  readonly group: string;
  /** True if a person named the group, instead of the rate table or the API. */
  readonly isNamed: boolean;
}

/** Returns the key that a record would have if it were alone in its group. */
export function keyOfRecord({ api, model, group, isNamed }: GroupedRecord): string {
  return isNamed ? keyOfGroup(group) : keyOfApi(api, model);
}

/**
 * Returns the key of records that are sent together.
 *
 * @param keys the keys that the records would have individually
 * @param otherwise `none` is returned if there are no records, `several` if their keys differ
 */
export function sharedKey(
  keys: ReadonlySet<string>,
  otherwise: { readonly none: string; readonly several: string },
): string {
  const [key = otherwise.none, ...others] = keys;
  return others.length === 0 ? key : otherwise.several;
}

/**
 * Returns the key for the rows' or lines' calls of a model, and the rates of its entry in the rate
 * table. Models without an entry of their own share the key of their API's entry.
 *
 * @param target `<api>/<model>`
 */
export function keyInTable(
  target: string,
  table: readonly NamedRates[],
): { readonly key: string; readonly given?: GivenRates } {
  const slash = target.indexOf("/");
  const [api, model] = [target.slice(0, slash), target.slice(slash + 1)];
  const entry = table.find(({ name }) => name === api);
  const ofModel = entry?.models?.find((one) => one.model === model);
  if (ofModel) return { key: keyOfTarget(target), given: ofModel.rates };
  const ofApi = entry?.rates ?? entry?.models?.find((one) => one.model === "default")?.rates;
  return ofApi ? { key: keyOfApi(api), given: ofApi } : { key: keyOfTarget(target) };
}

/** Returns the `<api>/<model>` of a limit's calls; `undefined` if it may have several. */
export function onlyTargetOf(key: string): string | undefined {
  return /^api\/([^/]+\/.+)$/s.exec(key)?.[1];
}

/** True for the key of a limit that a person may cap, which is none of rows. */
export function isKeyOfCalls(key: string): boolean {
  return /^(?:api\/[^/]+(?:\/.+)?|group\/.+|experiment\/.+)$/.test(key);
}

/** True for a key of `keyOfRows`. Such a limit only counts the rows in progress. */
export function isKeyOfRows(key: string): boolean {
  return key.startsWith("rows/");
}
