import { workflowInfo } from "@temporalio/workflow";
import type { ExperimentDescription } from "../messages.js";

/** Returns the groups of an experiment as a Markdown table, for its current details. */
export function groupTable(groups: ExperimentDescription["groups"]): string {
  return [
    "\n| group | records | requests a minute | limit |\n| --- | --- | --- | --- |",
    ...groups.map(
      ({ plan }) =>
        `| ${plan.name} | ${plan.records} | ${plan.requestsPerMinute} | \`${plan.limitKey}\` |`,
    ),
    `\nThe counts are in the details of each group; started ${workflowInfo().startTime.toISOString()}.`,
  ].join("\n");
}
