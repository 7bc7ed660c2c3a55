import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { Client, Connection } from "@temporalio/client";
import type { WorkflowHandle, WorkflowHandleWithFirstExecutionRunId } from "@temporalio/client";
import { DefaultLogger, NativeConnection, Runtime, Worker } from "@temporalio/worker";
import type { WorkerOptions } from "@temporalio/worker";
import type { Activities } from "../../activities/contract.js";
import type { ExperimentSettings } from "../../src/domain/experiment/experiment.js";
import { groupAtStart } from "../../src/domain/experiment/group-state.js";
import { groupId, limitsQueue, queuesOfFolder } from "../../src/domain/experiment/ids.js";
import { workflowTypes } from "../../workflows/messages.js";
import type { RunExperimentInput } from "../../workflows/messages.js";
import type { GroupInput, GroupResult } from "../../workflows/group/group.js";
import type { runGroup } from "../../workflows/group/run-group.js";
import type { runExperiment } from "../../workflows/experiment/run-experiment.js";
import { startTestServer } from "../helpers/local-server.js";
import type { TestServer } from "../helpers/local-server.js";
import { standInActivities, World } from "./stand-in.js";
import type { WorldOptions } from "./stand-in.js";
import { bundleWorkflows } from "./workflow-bundle.js";
import type { WorkflowBundle } from "./workflow-bundle.js";

/** A Temporal server with the real workflows and workers like the product's; one a process. */
export interface Stage {
  readonly server: TestServer;
  readonly client: Client;
  /** A world of its own for an experiment of this name. */
  readonly world: (options?: WorldOptions) => World;
  /** Puts workers with the present workflows in the place of those with other ones. */
  readonly upgrade: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

export interface StageOptions {
  /** @default the stand-ins of `World` */
  readonly activities?: (client: Client) => Activities;
  readonly dynamicConfig?: Readonly<Record<string, unknown>>;
  /** A bundle that runs until the upgrade. @default the present workflows */
  readonly workflows?: WorkflowBundle;
}

/** Identity of the data folder, as if all folders of the tests were one. */
export const stageFolder = "00112233445566778899";
export const stageQueues = queuesOfFolder(stageFolder);

/** A group and a limit continue as new after so many events, not after thousands. */
const shortHistories = { "limit.historyCount.suggestContinueAsNew": 30 };

let isInstalled = false;

/** Test files may share a process, which can have one runtime only. */
function installRuntime(): void {
  if (!isInstalled) Runtime.install({ logger: new DefaultLogger("ERROR") });
  isInstalled = true;
}

export async function startStage(options: StageOptions = {}): Promise<Stage> {
  const { dynamicConfig = shortHistories } = options;
  installRuntime();
  const [server, workflowBundle] = await Promise.all([
    startTestServer({ dynamicConfig }),
    bundleWorkflows(),
  ]);
  const connection = await Connection.connect({ address: server.address });
  const nativeConnection = await NativeConnection.connect({ address: server.address });
  const client = new Client({ connection });
  const worlds = new Map<string, World>();
  const { sendPrompts, runRows, leaseSlots, ...others } =
    options.activities?.(client) ?? standInActivities(worlds, client);
  const shared = {
    connection: nativeConnection,
    maxHeartbeatThrottleInterval: "2 seconds",
    defaultHeartbeatThrottleInterval: "2 seconds",
    stickyQueueScheduleToStartTimeout: "5 seconds",
    maxConcurrentActivityTaskExecutions: 3_000,
  } satisfies Partial<WorkerOptions>;
  const ofWorkflows = (bundle: WorkflowBundle): Promise<RunningWorkers> =>
    run([
      { ...shared, taskQueue: stageQueues.main, workflowBundle: bundle, activities: others },
      {
        ...shared,
        taskQueue: limitsQueue,
        workflowBundle: bundle,
        activities: { forgetHistories: others.forgetHistories },
      },
    ]);
  let workflowWorkers = await ofWorkflows(options.workflows ?? workflowBundle);
  const activityWorkers = await run([
    { ...shared, taskQueue: stageQueues.leases, activities: { leaseSlots } },
    { ...shared, taskQueue: stageQueues.calls, activities: { sendPrompts } },
    { ...shared, taskQueue: stageQueues.rows, activities: { runRows } },
  ]);
  return {
    server,
    client,
    world: (given) => {
      const world = new World(`world-${randomUUID()}`, given);
      worlds.set(world.directory, world);
      return world;
    },
    upgrade: async () => {
      await workflowWorkers.stop();
      workflowWorkers = await ofWorkflows(workflowBundle);
    },
    stop: async () => {
      await Promise.all([workflowWorkers.stop(), activityWorkers.stop()]);
      await connection.close();
      await nativeConnection.close();
      await server.stop();
    },
  };
}

interface RunningWorkers {
  readonly stop: () => Promise<void>;
}

async function run(options: readonly WorkerOptions[]): Promise<RunningWorkers> {
  const workers = await Promise.all(options.map(async (each) => Worker.create(each)));
  const running = Promise.all(workers.map(async (worker) => worker.run()));
  return {
    stop: async () => {
      for (const worker of workers) worker.shutdown();
      await running;
    },
  };
}

export function settingsOf(name: string): ExperimentSettings {
  return {
    name,
    dataFolder: "/worlds",
    envFile: "/worlds/.env",
    requestsPerMinute: 1_200,
    maxAttempts: 3,
    timeoutMs: 300_000,
    onBlocked: "wait",
    skipInvalid: false,
    preview: true,
    outputAsCsv: false,
    priority: 3,
  };
}

export async function startExperiment(
  { client }: Stage,
  world: World,
  given: Partial<RunExperimentInput> = {},
): Promise<WorkflowHandleWithFirstExecutionRunId<typeof runExperiment>> {
  const input: RunExperimentInput = {
    settings: settingsOf(world.name),
    inputPath: `/worlds/input/${world.name}.jsonl`,
    inputName: `${world.name}.jsonl`,
    ...given,
  };
  return client.workflow.start<typeof runExperiment>(workflowTypes.experiment, {
    workflowId: `experiment/${world.name}`,
    taskQueue: stageQueues.main,
    args: [input],
  });
}

export function groupInputOf(world: World): GroupInput {
  const [plan] = world.plans();
  if (!plan) throw new Error("A world has a group.");
  return {
    directory: world.directory,
    plan,
    priority: 3,
    preview: true,
    otherRequestsPerMinute: 0,
    keptPages: 50,
    state: groupAtStart(plan, { ranges: [[0, plan.records]], firstPage: 0 }),
  };
}

export interface StartedGroup extends WorkflowHandle<typeof runGroup> {
  readonly firstExecutionRunId: string;
}

/**
 * Starts the world's first group, without its experiment. The result is awaited by status, because
 * a group that continues as new deletes its run before.
 */
export async function startGroup(
  { client }: Stage,
  world: World,
  input = groupInputOf(world),
): Promise<StartedGroup> {
  const { workflowId, firstExecutionRunId } = await client.workflow.start<typeof runGroup>(
    workflowTypes.group,
    {
      workflowId: groupId(world.name, world.prepared().stamp, input.plan.slug),
      taskQueue: stageQueues.main,
      args: [input],
    },
  );
  const handle = client.workflow.getHandle<typeof runGroup>(workflowId);
  const result = async (): Promise<GroupResult> => {
    while ((await handle.describe()).status.name === "RUNNING") await sleep(50);
    return client.workflow.getHandle<typeof runGroup>(workflowId).result();
  };
  return { ...handle, firstExecutionRunId, result };
}
