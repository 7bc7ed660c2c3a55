import { setTimeout as sleep } from "node:timers/promises";
import { createForgetHistories } from "../src/client/connection/forget-histories.js";
import type { Ostinato } from "../src/client/connection/ostinato.js";
import { limitsQueue, queuesOfFolder, warmUpId } from "../src/domain/experiment/ids.js";
import { loadCatalogue } from "../src/providers/prices/catalogue.js";
import { loadProvider } from "../src/providers/registry/registry.js";
import { workflowTypes } from "../workflows/messages.js";
import type { warmUp as warmUpWorkflow } from "../workflows/warm-up.js";

/**
 * API that most experiments call. Its client and the prices take 0.2 s of processor time to load.
 */
const usualApi = "openai";
/** Delay in ms. Work that waits for the worker goes first. */
const afterMs = 500;

export interface WarmedWorker {
  readonly ostinato: Pick<Ostinato, "client" | "local">;
  /** Name of the worker. */
  readonly name: string;
  /** Identity of its data folder. */
  readonly folder: string;
}

/**
 * Prepares a worker for its first experiment, which would otherwise wait for it. A failure is not
 * reported, because the experiment meets it again.
 */
export async function warmUp(worker: WarmedWorker): Promise<void> {
  await sleep(afterMs, undefined, { ref: false });
  await Promise.allSettled([loadModules(), runWorkflows(worker)]);
}

async function loadModules(): Promise<void> {
  const provider = await loadProvider(usualApi);
  await provider.warmUp?.();
  const findListed = await loadCatalogue();
  findListed({ model: "gpt-4o", vendor: { name: usualApi }, atMs: Date.now() });
}

/**
 * Runs a workflow on each of the worker's two queues of workflows, which have a thread each. The
 * first experiment then makes its first call 0.3 s sooner. A shared server would keep the histories
 * of these workflows, so they run on the local one only.
 */
async function runWorkflows({ ostinato, name, folder }: WarmedWorker): Promise<void> {
  if (!ostinato.local) return;
  const queues = [queuesOfFolder(folder).main, limitsQueue];
  await Promise.all(
    queues.map(async (taskQueue) => {
      const workflowId = warmUpId(taskQueue, name);
      const options = { workflowId, taskQueue, workflowExecutionTimeout: "1 minute" } as const;
      const { workflow } = ostinato.client;
      const run = await workflow.start<typeof warmUpWorkflow>(workflowTypes.warmUp, options);
      await run.result();
      await createForgetHistories(ostinato)({ runs: [{ workflowId }] });
    }),
  );
}
