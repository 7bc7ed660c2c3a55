/**
 * Timeout of a workflow task that somebody waits for. If a worker dies with a task, no other worker
 * gets the task before this time. Starting a new worker takes longer. A task usually takes a few
 * ms, and up to 1 s on a busy machine.
 */
export const shortTaskTimeout = "4 seconds";

/** Number of groups from which the tasks at the start may keep a machine busy for seconds. */
const manyGroups = 50;

/** Returns the timeout for the tasks of an experiment's groups; `undefined` for Temporal's, 10 s. */
export function taskTimeoutOf(groups: number): typeof shortTaskTimeout | undefined {
  return groups < manyGroups ? shortTaskTimeout : undefined;
}
