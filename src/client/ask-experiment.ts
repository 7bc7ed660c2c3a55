import { WorkflowNotFoundError, type Client } from "@temporalio/client";
import type { GroupProgress } from "../domain/experiment.js";
import {
  describeQuery,
  groupProgressQuery,
  type ExperimentDescription,
} from "../../workflows/messages.js";
import { isServerUnreachable } from "./is-server-gone.js";

/** Longer than a worker takes that is only busy, shorter than people wait for a `status`. */
const deadlineMs = 2_000;

/** What a worker tells of a running experiment. */
export interface ExperimentAnswer {
  readonly description: ExperimentDescription;
  /** By the group's slug; a group that didn't answer in time is missing. */
  readonly progress: ReadonlyMap<string, GroupProgress>;
}

/**
 * Asks an experiment and its groups by query; `undefined` where no worker answers within 2 s.
 * Throws what tells that the server is gone or doesn't know the experiment.
 */
export async function askExperiment(
  client: Client,
  workflowId: string,
): Promise<ExperimentAnswer | undefined> {
  const deadline = Date.now() + deadlineMs;
  const description = await answerOf(() =>
    client.withDeadline(deadline, () => client.workflow.getHandle(workflowId).query(describeQuery)),
  );
  if (description === undefined) return undefined;
  const answers = await Promise.all(
    description.groups.map(async ({ plan, workflowId: group }) => {
      const progress = await answerOf(() =>
        client.withDeadline(deadline, () =>
          client.workflow.getHandle(group).query(groupProgressQuery),
        ),
      ).catch(unlessNotStarted);
      return [plan.slug, progress] as const;
    }),
  );
  const progress = new Map(
    answers.filter((entry): entry is [string, GroupProgress] => entry[1] !== undefined),
  );
  return { description, progress };
}

async function answerOf<T>(query: () => Promise<T>): Promise<T | undefined> {
  try {
    return await query();
  } catch (error) {
    if (error instanceof WorkflowNotFoundError || isServerUnreachable(error)) throw error;
    return undefined;
  }
}

/** An experiment names its groups a moment before they are started. */
function unlessNotStarted(error: unknown): undefined {
  if (error instanceof WorkflowNotFoundError) return undefined;
  throw error;
}
