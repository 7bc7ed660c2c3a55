/**
 * The composition root: the Temporal workers of a process and their shared objects.
 *
 * Four workers serve one data folder, each with its own queue:
 *
 * - workflows and file activities
 * - leases. A waiting lease occupies an activity slot, so there are many slots.
 * - calls
 * - rows of pipelines
 *
 * A fifth worker runs the limits. All data folders share them, so the worker of any folder can run
 * them.
 *
 * A stopping process accepts no new work, records its calls in flight when they end, and returns
 * all other work to the server. `drain.ts` bounds the time; the SDK's own bound is off.
 */
import { fileURLToPath } from "node:url";
import { getHeapStatistics } from "node:v8";
import { Worker } from "@temporalio/worker";
import type {
  Logger,
  NativeConnection,
  WorkerInterceptors,
  WorkerOptions,
} from "@temporalio/worker";
import type { Activities } from "../activities/contract.js";
import { createActivities } from "../activities/index.js";
import type { CallObserver } from "../activities/sending/call/call-observer.js";
import type { CallsInFlight } from "../activities/sending/call/calls-in-flight.js";
import type { CallEnd } from "../activities/sending/sending.js";
import { createLeasers } from "../activities/leaser/leasers.js";
import { createForgetHistories } from "../src/client/connection/forget-histories.js";
import type { Ostinato } from "../src/client/connection/ostinato.js";
import { createSignalWorkflows } from "../src/client/steer/signal-workflows.js";
import { createFindEnded } from "../src/client/limits/find-ended.js";
import { createLease } from "../src/client/limits/lease.js";
import { createFindEnd, createPlanInput } from "../src/client/watch/watched-inputs.js";
import { defined } from "../src/domain/defined.js";
import { limitsQueue, queuesOfFolder } from "../src/domain/experiment/ids.js";
import { readEnvironment } from "../src/providers/access/environment.js";
import { createOpenRegistry } from "../src/providers/registry/open-registry.js";
import type { ServedFolder } from "../src/local-server/worker/worker-files.js";
import { requireFolder } from "../src/storage/folder-identity.js";
import { cachedWorkflows } from "./cached-workflows.js";

export interface CreateWorkerOptions {
  /** Name of this process's worker. */
  readonly name: string;
  /** Names of ended workers, whose calls the limits must forget. */
  readonly endedWorkers: readonly string[];
  readonly ostinato: Ostinato;
  readonly connection: NativeConnection;
  readonly logger: Logger;
  readonly observer: CallObserver;
  /** Interceptors of the workers. @default none */
  readonly interceptors?: WorkerInterceptors;
  /** Folder whose queues are polled. */
  readonly dataFolder: ServedFolder;
  /** Calls in flight of the process. */
  readonly calls: CallsInFlight<CallEnd>;
}

/**
 * Maximum number of a folder's workflow tasks that a worker takes at a time. It replays workflows
 * one after the other, and a task's timeout of 4 s begins when the task is taken. After a crash
 * with 30 experiments, some of the SDK's default of 40 tasks would time out, and be replayed again.
 */
const tasksAtOnce = 10;

/**
 * The same for tasks of limits, which are short. With 10 at a time, the limits of 1,000 groups that
 * start wait for up to 20 s.
 */
const limitTasksAtOnce = 40;

const bundle = fileURLToPath(new URL("../workflow-bundle.js", import.meta.url));

/** Creates workers that run and stop together. */
export async function createWorkers(options: CreateWorkerOptions): Promise<readonly Worker[]> {
  const { connection, ostinato, dataFolder, interceptors } = options;
  const { sendPrompts, runRows, leaseSlots, ...others } = activitiesOf(options);
  const { forgetHistories } = others;
  const queues = queuesOfFolder(dataFolder.identity);
  const shared = {
    connection,
    identity: options.name,
    namespace: ostinato.namespace,
    maxHeartbeatThrottleInterval: "2 seconds",
    defaultHeartbeatThrottleInterval: "2 seconds",
    shutdownGraceTime: 0,
    ...defined({ interceptors }),
  } satisfies Partial<WorkerOptions>;
  const workflows = {
    workflowBundle: { codePath: bundle },
    stickyQueueScheduleToStartTimeout: 2_500,
    maxConcurrentWorkflowTaskExecutions: tasksAtOnce,
    maxCachedWorkflows: cachedWorkflows(getHeapStatistics().heap_size_limit),
  } satisfies Partial<WorkerOptions>;
  const main = Worker.create({
    ...shared,
    ...workflows,
    taskQueue: queues.main,
    activities: others,
    maxConcurrentActivityTaskExecutions: 200,
  });
  const leases = Worker.create({
    ...shared,
    taskQueue: queues.leases,
    activities: { leaseSlots },
    maxConcurrentActivityTaskExecutions: 20_000,
  });
  const calls = Worker.create({
    ...shared,
    taskQueue: queues.calls,
    activities: { sendPrompts },
    maxConcurrentActivityTaskExecutions: 20_000,
  });
  const rows = Worker.create({
    ...shared,
    taskQueue: queues.rows,
    activities: { runRows },
    maxConcurrentActivityTaskExecutions: 3_000,
  });
  const limits = Worker.create({
    ...shared,
    ...workflows,
    maxConcurrentWorkflowTaskExecutions: limitTasksAtOnce,
    taskQueue: limitsQueue,
    activities: { forgetHistories },
  });
  return Promise.all([main, leases, calls, rows, limits]);
}

function activitiesOf(options: CreateWorkerOptions): Activities {
  const { name, endedWorkers, ostinato, logger, dataFolder, calls, observer } = options;
  const { client } = ostinato;
  return createActivities({
    leasers: createLeasers(
      createLease(client),
      (message, error) => {
        logger.warn(message, { error });
      },
      { worker: name, endedWorkers },
    ),
    calls,
    observer,
    openRegistry: createOpenRegistry(),
    readEnvironment: async (envFile) => readEnvironment(envFile, process.env),
    requireFolder: async (path) => requireFolder(path, dataFolder.identity),
    findEnded: createFindEnded(client),
    tellGroups: createSignalWorkflows(client),
    forgetHistories: createForgetHistories(ostinato),
    watched: {
      plan: createPlanInput(client),
      findEnd: createFindEnd(client),
    },
  });
}
