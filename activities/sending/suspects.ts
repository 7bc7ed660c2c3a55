/** A record's calls that were under way when a worker died. One of them may have killed it. */
import type { Failure } from "../../src/domain/record/outcome.js";

/** However few attempts a user allows: a worker may be killed for reasons of its own. */
const fewestDeaths = 3;

/** After so many deaths of a worker in the middle of a call the call is not made again. */
export function mostDeaths(maxAttempts: number): number {
  return Math.max(maxAttempts, fewestDeaths);
}

/** From so many on a call is made while no other suspect is: else it would take the innocent along. */
export function deathsOfSuspect(maxAttempts: number): number {
  return mostDeaths(maxAttempts) - 2;
}

export function workerDied(times: number): Failure {
  return {
    type: "WorkerDied",
    message: `The worker process died ${times} times in the middle of this call, so it is not made again.`,
  };
}

/** Lets one after the other work. */
export class OneAtATime {
  #last: Promise<unknown> = Promise.resolve();

  async run<Result>(work: () => Promise<Result>): Promise<Result> {
    const mine = this.#last.then(work);
    this.#last = mine.catch(() => undefined);
    return mine;
  }
}
