import { CancellationScope, condition, isCancellation, patched, sleep } from "@temporalio/workflow";
import { defined } from "../../src/domain/defined.js";
import type { FlowRun, PrepareExperimentInput } from "../../src/domain/experiment/experiment.js";
import { aggregationStage } from "../../src/domain/experiment/stages.js";
import type { Stage } from "../../src/domain/experiment/stages.js";
import type { FinishBatchInput, FinishedBatch } from "../../activities/contract.js";
import { files } from "../activity-proxies.js";

/** The means to end the lines of a batch run when its time is over. */
export interface BatchEnding {
  /** False while the files are written. Lines without an outcome are sent again afterwards. */
  readonly isRunning: () => boolean;
  readonly cancel: () => Promise<void>;
  readonly abortCalls: () => Promise<void>;
}

/** The experiment of a batch run, as the end of its lines needs it. */
export interface ExperimentOfBatch {
  /** True if lines, or the aggregation, were cancelled. */
  readonly isCancelled: () => boolean;
  /** Runs a stage after the others, and returns its state folder. */
  readonly addStage: (stage: Stage) => Promise<string | undefined>;
}

/**
 * The part of an experiment that a batch run alone has: the time for all of its lines, and its
 * result.
 */
export class BatchRun {
  readonly #name: string;
  /** `undefined` for another experiment. */
  readonly #flow: FlowRun | undefined;
  #timedOut = false;

  constructor({ settings, pipeline }: PrepareExperimentInput) {
    this.#name = settings.name;
    this.#flow = pipeline?.flow;
  }

  get timedOut(): boolean {
    return this.#timedOut;
  }

  /** Ends the lines when their time is over. Calls in flight then have ten seconds to end. */
  async within<Result>(
    { kind }: Stage,
    ending: BatchEnding,
    work: () => Promise<Result>,
  ): Promise<Result> {
    const limitMs = this.#flow?.batchTimeoutMs;
    if (limitMs === undefined || kind === "aggregation") return work();
    const timer = new CancellationScope({ cancellable: true });
    const timing = timer.run(() => this.#timeOut(limitMs, ending));
    const ended = timing.catch((error: unknown) => {
      if (!isCancellation(error)) throw error;
    });
    try {
      return await work();
    } finally {
      timer.cancel();
      await ended;
    }
  }

  /**
   * Aggregates, and writes the outputs and the result. An aggregation that asks models becomes a
   * stage of its own, whose calls are paced and journaled.
   */
  async finish(directory: string, experiment: ExperimentOfBatch): Promise<void> {
    if (!this.#flow) return;
    if ((await this.#finish({ directory }, experiment)) !== "asks-models") return;
    const aggregation = await experiment.addStage(aggregationStage(this.#name));
    await this.#finish({ directory, ...defined({ aggregation }) }, experiment);
  }

  async #finish(
    folders: Pick<FinishBatchInput, "directory" | "aggregation">,
    { isCancelled }: ExperimentOfBatch,
  ): Promise<FinishedBatch> {
    const timeoutMs = this.#timedOut ? this.#flow?.batchTimeoutMs : undefined;
    const end = isCancelled() ? "cancelled" : "finished";
    return files().finishBatch.executeWithOptions({ summary: "aggregate and write the result" }, [
      { ...folders, end: this.#timedOut ? "timed-out" : end, ...defined({ timeoutMs }) },
    ]);
  }

  async #timeOut(limitMs: number, { isRunning, cancel, abortCalls }: BatchEnding): Promise<void> {
    await sleep(limitMs, { summary: "the time of the batch run" });
    if (!isRunning()) {
      if (!patched("time-of-lines-sent-again")) return;
      await condition(isRunning);
    }
    this.#timedOut = true;
    await cancel();
    await sleep("10 seconds", { summary: "before the calls in flight are aborted" });
    await abortCalls();
  }
}
