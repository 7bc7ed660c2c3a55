/**
 * The composition root: the two Temporal workers of a process, and all that they share.
 *
 * One runs workflows and file activities, the other calls alone, on a queue of its own, so that workers for calls can
 * be added apart. A waiting lease holds an activity slot, hence the large numbers. A process that is told to end stops
 * polling, lets its calls in flight end and writes them down, and gives the rest back to the server at once.
 */
import { fileURLToPath } from "node:url";
import { type Logger, type NativeConnection, Worker, type WorkerOptions } from "@temporalio/worker";
import type { Activities } from "../activities/contract.js";
import { createActivities } from "../activities/index.js";
import { createLeasers } from "../activities/leaser/leasers.js";
import type { Ostinato } from "../src/client/connection/ostinato.js";
import { createFindEnded, createLease } from "../src/client/limits/lease.js";
import { createFindEnd, createPlanInput } from "../src/client/watch/watched-inputs.js";
import { taskQueues } from "../src/domain/experiment/ids.js";
import { readEnvironment } from "../src/providers/access/environment.js";
import { createOpenProviders } from "../src/providers/registry/open-providers.js";
import { createOpenRegistry } from "../src/providers/registry/open-registry.js";

export interface CreateWorkerOptions {
  readonly client: Ostinato["client"];
  readonly connection: NativeConnection;
  readonly namespace: string;
  readonly logger: Logger;
  /** How long calls in flight may still take when the process is told to end. */
  readonly shutdownMs: number;
}

const bundle = fileURLToPath(new URL("../workflow-bundle.js", import.meta.url));

/** Workers that are to be run, and shut down, together. */
export async function createWorkers(options: CreateWorkerOptions): Promise<readonly Worker[]> {
  const { connection, namespace, shutdownMs } = options;
  const { sendPrompts, ...others } = activitiesOf(options);
  const shared = {
    connection,
    namespace,
    maxHeartbeatThrottleInterval: "2 seconds",
    defaultHeartbeatThrottleInterval: "2 seconds",
    shutdownGraceTime: 0,
    shutdownForceTime: shutdownMs,
  } satisfies Partial<WorkerOptions>;
  const main = await Worker.create({
    ...shared,
    taskQueue: taskQueues.main,
    workflowBundle: { codePath: bundle },
    activities: others,
    maxConcurrentActivityTaskExecutions: 1_000,
    stickyQueueScheduleToStartTimeout: 2_500,
  });
  const calls = await Worker.create({
    ...shared,
    taskQueue: taskQueues.calls,
    activities: { sendPrompts },
    maxConcurrentActivityTaskExecutions: 3_000,
  });
  return [main, calls];
}

function activitiesOf({ client, logger }: CreateWorkerOptions): Activities {
  return createActivities({
    leasers: createLeasers(createLease(client), (message, error) => {
      logger.warn(message, { error });
    }),
    openRegistry: createOpenRegistry(),
    readEnvironment: async (envFile) => readEnvironment(envFile, process.env),
    findEnded: createFindEnded(client),
    watched: {
      plan: createPlanInput(client, createOpenProviders()),
      findEnd: createFindEnd(client),
    },
  });
}
