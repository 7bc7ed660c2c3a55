import { computed } from "../../domain/computed.js";
import { stepNumber } from "../../domain/journal/call-key.js";
import { SpendingTally } from "../../domain/money/spending.js";
import type { Spending } from "../../domain/money/spending.js";
import type { LogEntry } from "./log-entry.js";

/** Sums the spending on the calls of each step of a pipeline, or node of a flow. */
export class StepSpending {
  readonly #steps = new Map<number, SpendingTally>();

  note({ step, spend }: Pick<LogEntry, "step" | "spend">): void {
    if (step !== undefined && spend) {
      computed(this.#steps, step, () => new SpendingTally()).add(spend);
    }
  }

  /** Returns the spending of a step; `undefined` if it has no answered call. */
  of(step: string): Spending | undefined {
    return this.#steps.get(stepNumber(step))?.sums();
  }
}
