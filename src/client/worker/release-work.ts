import type { Client, WorkflowExecutionInfo } from "@temporalio/client";
import { limitsQueue, queuesOfFolder } from "../../domain/experiment/ids.js";
import { workflowTypes } from "../../../workflows/messages.js";
import { isNotFound } from "../connection/is-server-gone.js";
import type { Ostinato } from "../connection/ostinato.js";
import { mapAtOnce } from "../map-at-once.js";

export interface DeadWorkers {
  /** Names of the workers, which are the identities of their pollers. */
  readonly names: readonly string[];
  /** Identity of the data folder that they served. */
  readonly folder: string;
}

/**
 * Returns the open activities of dead workers to the server, which starts them again at once.
 * Otherwise it would wait for their heartbeats. Returns the number of activities.
 *
 * Also forgets which workers have the workflows in memory. Otherwise the next task of each would
 * wait for a dead worker first. A live worker replays the workflow instead.
 */
export async function releaseWork(
  { client }: Pick<Ostinato, "client">,
  { names, folder }: DeadWorkers,
): Promise<number> {
  if (names.length === 0) return 0;
  const { main } = queuesOfFolder(folder);
  const [limits, others] = await Promise.all([
    runningOn(client, limitsQueue),
    runningOn(client, main),
  ]);
  await mapAtOnce([...limits, ...others], async ({ workflowId }) =>
    unlessGone(
      client.workflowService.resetStickyTaskQueue({
        namespace: client.options.namespace,
        execution: { workflowId },
      }),
    ),
  );
  const pages = others.filter(({ type }) => type === workflowTypes.page);
  const counts = await mapAtOnce(pages, async ({ workflowId }) =>
    releaseActivities(client, { workflowId, dead: new Set(names) }),
  );
  return sumOf(counts);
}

async function runningOn(client: Client, queue: string): Promise<readonly WorkflowExecutionInfo[]> {
  const query = `TaskQueue = '${queue}' AND ExecutionStatus = 'Running'`;
  const running: WorkflowExecutionInfo[] = [];
  for await (const workflow of client.workflow.list({ query })) running.push(workflow);
  return running;
}

async function releaseActivities(
  client: Client,
  { workflowId, dead }: { readonly workflowId: string; readonly dead: ReadonlySet<string> },
): Promise<number> {
  const { namespace } = client.options;
  const service = client.workflowService;
  const described = await unlessGone(
    service.describeWorkflowExecution({ namespace, execution: { workflowId } }),
  );
  const theirs = (described?.pendingActivities ?? []).filter(({ lastWorkerIdentity }) =>
    dead.has(lastWorkerIdentity ?? ""),
  );
  const released = await mapAtOnce(theirs, async ({ activityId }) =>
    unlessGone(
      service.respondActivityTaskFailedById({
        namespace,
        workflowId,
        activityId: activityId ?? "",
        failure: {
          message: "The worker has ended.",
          applicationFailureInfo: { type: "WorkerShutdown", nextRetryDelay: soon },
        },
      }),
    ),
  );
  return released.filter((answer) => answer !== undefined).length;
}

/** The workflow or activity may have ended in the meantime, or the activity's timeout has come. */
async function unlessGone<Answer>(request: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await request;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

function sumOf(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}

/** A delay of zero would mean that of the retry policy. */
const soon = { nanos: 1_000_000 };
