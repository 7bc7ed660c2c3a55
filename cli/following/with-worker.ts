import type { EnsureWorkerOptions } from "../../src/client/worker/ensure-worker.js";
import type { Ostinato } from "../../src/client/connection/ostinato.js";
import type { Terminal } from "../output/terminal/terminal.js";
import { untilInterrupted } from "./until-interrupted.js";

export interface AtWork {
  /** It ends with this process. */
  readonly workerIsOurs: boolean;
  /** Aborts at Ctrl-C. */
  readonly signal: AbortSignal;
}

/** For what is over: it needs no worker, and there is nothing to leave. */
export const noWorker: AtWork = { workerIsOurs: false, signal: new AbortController().signal };

/**
 * Sees to it that a worker is there, for the length of `work` at least; a child that it started ends then. Ctrl-C is
 * heard before: a worker takes seconds to start, in which somebody who has started the wrong experiment wants to leave.
 */
export async function withWorker<Result>(
  ostinato: Ostinato,
  { terminal, ...options }: EnsureWorkerOptions & { readonly terminal: Terminal },
  work: (atWork: AtWork) => Promise<Result>,
): Promise<Result> {
  const interruption = untilInterrupted();
  try {
    const { ensureWorker } = await import("../../src/client/worker/ensure-worker.js");
    const worker = await ensureWorker(ostinato, { ...options, onNotice: terminal.talk });
    try {
      return await work({ workerIsOurs: worker.started, signal: interruption.signal });
    } finally {
      await worker.stop();
    }
  } finally {
    interruption.stop();
  }
}
