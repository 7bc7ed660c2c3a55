import type { EnsureWorkerOptions } from "../../src/client/worker/ensure-worker.js";
import type { Ostinato } from "../../src/client/connection/ostinato.js";
import type { Terminal } from "../output/terminal/terminal.js";
import { untilInterrupted } from "./until-interrupted.js";

export interface AtWork {
  /** True if the worker ends with this process. */
  readonly workerIsOurs: boolean;
  /** Fires at Ctrl-C. */
  readonly signal: AbortSignal;
  /**
   * Lets a background worker take over from one that ends with this process. Resolves to false if
   * it did not start.
   */
  readonly keepRunning: () => Promise<boolean>;
}

/** For an ended experiment or watch, which needs no worker and cannot be detached from. */
export const noWorker: AtWork = {
  workerIsOurs: false,
  signal: new AbortController().signal,
  keepRunning: () => Promise.resolve(true),
};

/**
 * Ensures that a worker runs while `work` runs, and stops a child that it started. Handles Ctrl-C
 * from the beginning, because a worker's start takes seconds, in which a user may want to leave.
 */
export async function withWorker<Result>(
  ostinato: Ostinato,
  { terminal, ...options }: EnsureWorkerOptions & { readonly terminal: Terminal },
  work: (atWork: AtWork) => Promise<Result>,
): Promise<Result> {
  const interruption = untilInterrupted();
  try {
    const { ensureWorker, startBackgroundWorker } =
      await import("../../src/client/worker/ensure-worker.js");
    const worker = await ensureWorker(ostinato, { ...options, onNotice: terminal.talk });
    const keepRunning = async (): Promise<boolean> => {
      if (!worker.started) return true;
      try {
        await startBackgroundWorker(ostinato, options);
        return true;
      } catch (error) {
        terminal.talk(error instanceof Error ? error.message : String(error));
        return false;
      }
    };
    try {
      const { signal } = interruption;
      return await work({ workerIsOurs: worker.started, signal, keepRunning });
    } finally {
      await worker.stop();
    }
  } finally {
    interruption.stop();
  }
}
