import type { SliceResult } from "../../activities/contract.js";
import { defined } from "../../src/domain/defined.js";
import type { Counts } from "../../src/domain/experiment/experiment.js";
import type { PageReport } from "../../src/domain/experiment/page-report.js";
import { sumOfCounts } from "../../src/domain/graph/step-counts.js";
import type { StepCounts } from "../../src/domain/graph/step-counts.js";

/** Counts of the outcomes of a page's records, and of a pipeline's rows by step. */
export class PageCounts {
  #all: Counts = { completed: 0, failed: 0 };
  #steps: StepCounts | undefined;

  get all(): Counts {
    return this.#all;
  }

  add({ completed, failed, steps }: Counts & Pick<SliceResult, "steps">): void {
    this.#all = {
      completed: this.#all.completed + completed,
      failed: this.#all.failed + failed,
    };
    if (steps) this.#steps = sumOfCounts([this.#steps ?? {}, steps]);
  }

  report(): Counts & Pick<PageReport, "steps"> {
    return { ...this.#all, ...defined({ steps: this.#steps }) };
  }
}
