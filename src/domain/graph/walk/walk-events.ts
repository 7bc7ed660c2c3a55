import type { StepFailure } from "./step-value.js";
import type { WalkResult } from "./walk.js";

/** The failures, drops and conflicts of one walk, in an order that does not depend on time. */
export class WalkEvents {
  readonly #failures: { readonly path: string; readonly failure: StepFailure }[] = [];
  readonly #done = new Map<string, number>();
  readonly #dropped = new Map<string, number>();
  readonly #conflicts = new Map<string, Set<string>>();

  noteFailure(path: string, failure: StepFailure): void {
    this.#failures.push({ path, failure });
  }

  noteDone(step: string): void {
    this.#done.set(step, (this.#done.get(step) ?? 0) + 1);
  }

  noteDrop(step: string): void {
    this.#dropped.set(step, (this.#dropped.get(step) ?? 0) + 1);
  }

  noteConflicts(step: string, columns: readonly string[]): void {
    if (columns.length === 0) return;
    const known = this.#conflicts.get(step) ?? [];
    this.#conflicts.set(step, new Set([...known, ...columns]));
  }

  /** @param placeOf returns a number that increases along the graph's order */
  summary(placeOf: (step: string) => number): Omit<WalkResult, "rows"> {
    const failures = [...this.#failures].sort(
      (a, b) => placeOf(a.failure.step) - placeOf(b.failure.step) || comparePaths(a.path, b.path),
    );
    return {
      failures: failures.map(({ failure }) => failure),
      done: sortedByKey(this.#done, placeOf),
      dropped: sortedByKey(this.#dropped, placeOf),
      conflicts: sortedByKey(
        new Map([...this.#conflicts].map(([step, columns]) => [step, [...columns].sort()])),
        placeOf,
      ),
    };
  }
}

function comparePaths(a: string, b: string): number {
  const [one, two] = [a, b].map((path) => path.split("/").slice(1).map(Number));
  const index = (one ?? []).findIndex((number, at) => number !== two?.[at]);
  if (index === -1) return (one?.length ?? 0) - (two?.length ?? 0);
  return (one?.[index] ?? 0) - (two?.[index] ?? -1);
}

function sortedByKey<Value>(
  map: ReadonlyMap<string, Value>,
  placeOf: (step: string) => number,
): Readonly<Record<string, Value>> {
  return Object.fromEntries([...map].sort(([a], [b]) => placeOf(a) - placeOf(b)));
}
