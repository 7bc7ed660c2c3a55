import { CancellationScope, isCancellation, sleep } from "@temporalio/workflow";
import { defined } from "../../src/domain/defined.js";
import type { FlowRun } from "../../src/domain/experiment/experiment.js";
import { files } from "../activity-proxies.js";

/** The means to end the lines of a batch run when its time is over. */
export interface BatchEnding {
  /** False once all lines have ended. */
  readonly isRunning: () => boolean;
  readonly cancel: () => Promise<void>;
  readonly abortCalls: () => Promise<void>;
}

/** The part of an experiment that a batch run alone has: the time for all of its lines, and its result. */
export class BatchRun {
  readonly #flow: FlowRun | undefined;
  #timedOut = false;

  /** @param flow `undefined` for another experiment */
  constructor(flow: FlowRun | undefined) {
    this.#flow = flow;
  }

  get timedOut(): boolean {
    return this.#timedOut;
  }

  /** Ends the lines when their time is over. Calls in flight then have ten seconds to end. */
  async within<Result>(ending: BatchEnding, work: () => Promise<Result>): Promise<Result> {
    const limitMs = this.#flow?.batchTimeoutMs;
    if (limitMs === undefined) return work();
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

  /** Aggregates, and writes the outputs and the result. */
  async finish(directory: string, cancelled: boolean): Promise<void> {
    if (!this.#flow) return;
    const timeoutMs = this.#timedOut ? this.#flow.batchTimeoutMs : undefined;
    const end = cancelled ? "cancelled" : "finished";
    await files().finishBatch.executeWithOptions({ summary: "aggregate and write the result" }, [
      { directory, end: this.#timedOut ? "timed-out" : end, ...defined({ timeoutMs }) },
    ]);
  }

  async #timeOut(limitMs: number, { isRunning, cancel, abortCalls }: BatchEnding): Promise<void> {
    await sleep(limitMs, { summary: "the time of the batch run" });
    if (!isRunning()) return;
    this.#timedOut = true;
    await cancel();
    await sleep("10 seconds", { summary: "before the calls in flight are aborted" });
    await abortCalls();
  }
}
