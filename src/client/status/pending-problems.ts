import { countText } from "../../domain/count-text.js";
import type { Client, WorkflowExecutionDescription } from "@temporalio/client";
import { cutWords } from "../../domain/failure/api-words.js";
import { isServerGone } from "../connection/is-server-gone.js";
import { mapAtOnce } from "../map-at-once.js";

type PendingActivity = NonNullable<
  WorkflowExecutionDescription["raw"]["pendingActivities"]
>[number];

type LastFailure = NonNullable<PendingActivity["lastFailure"]>;

const preparation = "The preparation";

/** Names of activities in the user's words. */
const works: Readonly<Partial<Record<string, string>>> = {
  prepareExperiment: preparation,
  prepareStage: preparation,
  leaseSlots: "The wait for slots",
  sendPrompts: "A call",
  finishExperiment: "The finish",
};

const mostWorkflows = 60;
const mostProblems = 5;

/**
 * Failures that the activities of an experiment, its groups and pages are retrying, one sentence
 * each: a full disk, an unreadable input, an API that is down. The most frequent come first.
 *
 * @param idPrefix prefix of the groups' and pages' workflow ids; absent until the run is prepared
 */
export async function pendingProblems(
  client: Client,
  workflowId: string,
  idPrefix?: string,
): Promise<string[]> {
  const ids = [workflowId, ...(idPrefix === undefined ? [] : await runningBelow(client, idPrefix))];
  const problems = await mapAtOnce(ids, async (id) => problemsOf(client, id));
  const counts = new Map<string, number>();
  for (const problem of problems.flat()) counts.set(problem, (counts.get(problem) ?? 0) + 1);
  return [...counts]
    .sort(([, a], [, b]) => b - a)
    .slice(0, mostProblems)
    .map(([problem, count]) => (count === 1 ? problem : `${problem} (${countText(count)} times)`));
}

/** The failure because of which an experiment's preparation is tried again, in its own words. */
export async function preparationProblem(
  client: Client,
  workflowId: string,
): Promise<string | undefined> {
  const pending = await pendingOf(client, workflowId);
  const ofPreparation = pending.filter(
    (one) => works[one.activityType?.name ?? ""] === preparation,
  );
  return ofPreparation.flatMap(failureOf)[0];
}

async function problemsOf(client: Client, id: string): Promise<string[]> {
  return (await pendingOf(client, id)).flatMap(problemOf);
}

/** The server answers with an error for a workflow that ends during the request. */
async function pendingOf(client: Client, id: string): Promise<readonly PendingActivity[]> {
  try {
    const { raw } = await client.workflow.getHandle(id).describe();
    return raw.pendingActivities ?? [];
  } catch (error) {
    if (isServerGone(error)) throw error;
    return [];
  }
}

async function runningBelow(client: Client, idPrefix: string): Promise<string[]> {
  const ids: string[] = [];
  const query = `WorkflowId STARTS_WITH '${idPrefix}' AND ExecutionStatus = 'Running'`;
  for await (const { workflowId } of client.workflow.list({ query })) {
    ids.push(workflowId);
    if (ids.length === mostWorkflows) break;
  }
  return ids;
}

/**
 * True if the activity's worker died or ended. The next worker takes over the activity; a missing
 * worker is reported elsewhere.
 */
function isWorkersEnd({ timeoutFailureInfo, applicationFailureInfo }: LastFailure): boolean {
  return timeoutFailureInfo != null || applicationFailureInfo?.type === "WorkerShutdown";
}

function problemOf(activity: PendingActivity): string[] {
  const name = activity.activityType?.name ?? "an activity";
  const work = works[name] ?? `\`${name}\``;
  return failureOf(activity).map((failure) => `${work} is tried again: ${failure}`);
}

/** Returns the words of the last failure, if it was not the worker's end. */
function failureOf({ lastFailure }: PendingActivity): string[] {
  if (!lastFailure || isWorkersEnd(lastFailure)) return [];
  const message = lastFailure.message ?? "";
  return message === "" ? [] : [cutWords(message)];
}
