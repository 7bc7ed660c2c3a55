import { CancellationScope, condition, isCancellation, patched, sleep } from "@temporalio/workflow";
import { defined } from "../../src/domain/defined.js";
import type { FlowRun, PrepareExperimentInput } from "../../src/domain/experiment/experiment.js";
import { aggregationStage } from "../../src/domain/experiment/stages.js";
import type { Stage } from "../../src/domain/experiment/stages.js";
import type { FinishBatchInput, FinishedBatch } from "../../activities/contract.js";
import { files } from "../activity-proxies.js";

/** The functions for ending a batch run when its time is over. */
export interface BatchEnding {
  /** False while the files are written. Lines without an outcome are sent again afterwards. */
  readonly isRunning: () => boolean;
  readonly cancel: () => Promise<void>;
  readonly abortCalls: () => Promise<void>;
}

/** The parts of a batch run's experiment that are needed after its lines. */
export interface ExperimentOfBatch {
  readonly ending: BatchEnding;
  /** True if lines, or the aggregation, were cancelled. */
  readonly isCancelled: () => boolean;
  /** Notes that a cancellation has ended the aggregation. */
  readonly noteCancelled: () => void;
  /** Runs a stage after all others, and returns its state folder. */
  readonly addStage: (stage: Stage) => Promise<string | undefined>;
}

/**
 * The part of an experiment that only a batch run has: the time for its lines and its aggregation,
 * and its result.
 */
export class BatchRun {
  readonly #name: string;
  /** Settings of the batch run; `undefined` for another experiment. */
  readonly #flow: FlowRun | undefined;
  #timedOut = false;
  /**
   * Time at which the batch run's time is over, in ms since the epoch; `undefined` before its lines
   * start.
   */
  #endsAtMs: number | undefined;

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
    this.#endsAtMs = Date.now() + limitMs;
    return this.#timed(limitMs, ending, work);
  }

  /**
   * Aggregates, and writes the outputs and the result. An aggregation that asks models becomes a
   * separate stage, whose calls are paced and journaled.
   */
  async finish(directory: string, experiment: ExperimentOfBatch): Promise<void> {
    if (!this.#flow) return;
    const endOf = this.#endsOf(experiment);
    const { tried, aggregation } = await this.#withinRest(experiment, async () => {
      const first = await this.#finish({ directory, end: endOf(), mayStop: true });
      if (first !== "asks-models") return { tried: first };
      const stage = aggregationStage(this.#name);
      return { tried: first, aggregation: await experiment.addStage(stage) };
    });
    if (tried === "stopped") experiment.noteCancelled();
    // An older worker answered nothing once it had written the result.
    if (tried !== "stopped" && tried !== "asks-models") return;
    await this.#finish({ directory, end: endOf(), ...defined({ aggregation }) });
  }

  /**
   * Returns a function for the end of the aggregation. An aggregation that has ended counts, even
   * if the time was over before its end was known.
   */
  #endsOf({ isCancelled }: ExperimentOfBatch): () => FinishBatchInput["end"] {
    const isLate = this.#timedOut;
    return () => {
      if (!isLate && !isCancelled()) return "finished";
      return this.#timedOut ? "timed-out" : "cancelled";
    };
  }

  /** Ends the aggregation when the remaining time of the batch run is over. */
  async #withinRest<Result>(
    { ending, isCancelled }: ExperimentOfBatch,
    work: () => Promise<Result>,
  ): Promise<Result> {
    const endsAtMs = this.#endsAtMs;
    const isOver = this.#timedOut || isCancelled();
    if (endsAtMs === undefined || isOver || !patched("time-of-aggregation")) return work();
    const restMs = Math.max(1, endsAtMs - Date.now());
    return this.#timed(restMs, { ...ending, isRunning: () => true }, work);
  }

  async #timed<Result>(
    limitMs: number,
    ending: BatchEnding,
    work: () => Promise<Result>,
  ): Promise<Result> {
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

  async #finish(input: Omit<FinishBatchInput, "timeoutMs">): Promise<FinishedBatch> {
    const timeoutMs = input.end === "timed-out" ? this.#flow?.batchTimeoutMs : undefined;
    return files().finishBatch.executeWithOptions({ summary: "aggregate and write the result" }, [
      { ...input, ...defined({ timeoutMs }) },
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
