import { errorText } from "../../domain/failure/error-text.js";
import { ensureWorker } from "./ensure-worker.js";
import type { EnsureWorkerOptions, WorkerHandle } from "./ensure-worker.js";
import type { Ostinato } from "../connection/ostinato.js";

const everyMs = 10_000;

/** Sees every 10 s that a worker answers, and starts one as a child where none does. */
export interface WorkerKeeper {
  /** To be called often; `answered` tells whether a worker has answered just now. Returns at once. */
  readonly check: (answered: boolean) => void;
  /** Why no worker could be started, in a sentence. */
  readonly problem: () => string | undefined;
  /** Ends the workers that it started. */
  readonly stop: () => Promise<void>;
}

export function keepWorker(
  ostinato: Ostinato,
  options: Omit<EnsureWorkerOptions, "role">,
): WorkerKeeper {
  const handles: WorkerHandle[] = [];
  let checkedAt = -Infinity;
  let checking: Promise<void> | undefined;
  let problem: string | undefined;

  const ensure = async (): Promise<void> => {
    try {
      const handle = await ensureWorker(ostinato, { ...options, role: "child" });
      problem = undefined;
      if (!handle.started) return;
      handles.push(handle);
      options.onNotice?.("No worker was there, so one was started.");
    } catch (error) {
      problem = errorText(error);
    } finally {
      checkedAt = Date.now();
      checking = undefined;
    }
  };
  return {
    check: (answered) => {
      if (answered) checkedAt = Date.now();
      if (checking || Date.now() - checkedAt < everyMs) return;
      checking = ensure();
    },
    problem: () => problem,
    stop: async () => {
      await checking;
      await Promise.all(handles.map((handle) => handle.stop()));
    },
  };
}
