import type { EnsureWorkerOptions, Ostinato } from "../src/index.js";
import { ensureWorker } from "../src/index.js";
import type { Terminal } from "./output/terminal.js";

/** Sees to it that a worker is there, for the length of `work` at least; a child that it started ends then. */
export async function withWorker<Result>(
  ostinato: Ostinato,
  { terminal, ...options }: EnsureWorkerOptions & { readonly terminal: Terminal },
  work: (workerIsOurs: boolean) => Promise<Result>,
): Promise<Result> {
  const worker = await ensureWorker(ostinato, { ...options, onNotice: terminal.talk });
  try {
    return await work(worker.started);
  } finally {
    await worker.stop();
  }
}
