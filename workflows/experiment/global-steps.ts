import { CancellationScope } from "@temporalio/workflow";
import type { Stage } from "../../src/domain/experiment/stages.js";
import { files } from "../activity-proxies.js";
import { causeOf } from "../cause-of.js";

/** The global steps of a pipeline, which run between its segments. */
export class GlobalSteps {
  #scope: CancellationScope | undefined;
  #isCancelled = false;
  #ran = 0;

  /** True once all steps after these stages have run to their end. */
  haveRun(stages: readonly Stage[]): boolean {
    return this.#ran === stages.reduce((sum, { globals = [] }) => sum + globals.length, 0);
  }

  /**
   * Runs steps one after the other. A cancellation ends the running step, and later steps do not
   * run.
   *
   * @param directory state folder of the pipeline's first segment
   */
  async run(directory: string, steps: readonly string[]): Promise<void> {
    const scope = new CancellationScope();
    this.#scope = scope;
    try {
      for (const step of steps) {
        if (this.#isCancelled) return;
        await scope.run(async () =>
          files().runGlobalStep.executeWithOptions({ summary: `run the global step ${step}` }, [
            { directory, step },
          ]),
        );
        this.#ran += 1;
      }
    } catch (error) {
      // If its worker dies after the cancellation, the step times out instead.
      if (!this.#isCancelled) throw causeOf(error);
    } finally {
      this.#scope = undefined;
    }
  }

  cancel(): void {
    this.#isCancelled = true;
    this.#scope?.cancel();
  }
}
