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
