import { queuesOfFolder } from "../../domain/experiment/ids.js";
import { workflowTypes } from "../../../workflows/messages.js";
import type { Ostinato } from "../connection/ostinato.js";
import { toFound } from "../status/find-experiment.js";

/**
 * Names of the unfinished experiments of a data folder, which any worker of the folder continues.
 *
 * @param identity of the folder
 * @param but workflow id of an experiment that is left out
 */
export async function unfinishedExperiments(
  { client }: Ostinato,
  identity: string,
  but?: string,
): Promise<readonly string[]> {
  const query = [
    `WorkflowType = '${workflowTypes.experiment}'`,
    `TaskQueue = '${queuesOfFolder(identity).main}'`,
    "ExecutionStatus = 'Running'",
  ].join(" AND ");
  const names: string[] = [];
  for await (const execution of client.workflow.list({ query })) {
    const { workflowId, memo } = toFound(execution);
    if (workflowId !== but) names.push(memo.name ?? workflowId);
  }
  return names;
}

const mostNames = 3;

/** Tells a user what else a worker that is started will send. */
export function alsoServed(names: readonly string[]): string {
  const more = names.length - mostNames;
  const shown = names.slice(0, mostNames).join(", ");
  const all = more > 0 ? `${shown} and ${more} more` : shown;
  return `The worker also continues what is unfinished in this data folder: ${all}. \`ostinato pause NAME\` holds one back.`;
}
