/**
 * Handles a record's calls that were in flight when a worker died. One of them may have killed it.
 */
import type { Failure } from "../../src/domain/record/outcome.js";

/**
 * Minimum number of deaths, for any number of attempts, because a worker may be killed for other
 * reasons.
 */
const fewestDeaths = 3;

/** Returns the number of worker deaths during a call after which the call is not repeated. */
export function mostDeaths(maxAttempts: number): number {
  return Math.max(maxAttempts, fewestDeaths);
}

/**
 * Returns the number of deaths from which a call is made alone, without other suspects. Otherwise a
 * deadly call would make harmless calls fail too.
 */
export function deathsOfSuspect(maxAttempts: number): number {
  return mostDeaths(maxAttempts) - 2;
}

export function workerDied(times: number): Failure {
  return {
    type: "WorkerDied",
    message: `The worker process died ${times} times in the middle of this call, so it is not made again.`,
  };
}
