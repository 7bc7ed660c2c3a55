import { computed } from "../computed.js";
import type { WalkResult } from "./walk/walk.js";

/** Numbers of rows, or of children of rows, that a step has finished, failed and dropped. */
export interface StepCount {
  readonly done: number;
  readonly failed: number;
  readonly dropped: number;
}

/** Counts by step. */
export type StepCounts = Readonly<Record<string, StepCount>>;

export const noCount: StepCount = { done: 0, failed: 0, dropped: 0 };

/** Sums the walks of rows. */
export class StepTally {
  readonly #counts = new Map<string, { done: number; failed: number; dropped: number }>();

  add({ done, failures, dropped }: Pick<WalkResult, "done" | "failures" | "dropped">): void {
    for (const [step, rows] of Object.entries(done)) this.#of(step).done += rows;
    for (const { step } of failures) this.#of(step).failed += 1;
    for (const [step, rows] of Object.entries(dropped)) this.#of(step).dropped += rows;
  }

  counts(): StepCounts {
    return Object.fromEntries([...this.#counts].map(([step, count]) => [step, { ...count }]));
  }

  #of(step: string): { done: number; failed: number; dropped: number } {
    return computed(this.#counts, step, () => ({ ...noCount }));
  }
}

/** Returns the sum of the counts of several processes or runs. */
export function sumOfCounts(all: readonly StepCounts[]): StepCounts {
  const sum: Record<string, StepCount> = {};
  for (const [step, count] of all.flatMap((counts) => Object.entries(counts))) {
    const known = sum[step] ?? noCount;
    sum[step] = {
      done: known.done + count.done,
      failed: known.failed + count.failed,
      dropped: known.dropped + count.dropped,
    };
  }
  return sum;
}
