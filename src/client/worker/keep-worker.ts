import { errorText } from "../../domain/failure/error-text.js";
import { ensureWorker } from "./ensure-worker.js";
import type { EnsureWorkerOptions, WorkerHandle } from "./ensure-worker.js";
import type { Ostinato } from "../connection/ostinato.js";

const everyMs = 10_000;

/** Checks every 10 s that a worker answers, and starts a child if none does. */
export interface WorkerKeeper {
  /** Call it often. `answered` is true if a worker has just answered. Returns at once. */
  readonly check: (answered: boolean) => void;
  /** Returns the reason why no worker could be started, in a sentence. */
  readonly problem: () => string | undefined;
  /** Stops the workers that it started. */
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
