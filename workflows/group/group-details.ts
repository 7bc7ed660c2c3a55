import type { GroupProgress } from "../../src/domain/experiment/experiment.js";
import type { StepCounts } from "../../src/domain/graph/step-counts.js";
import { stepTable } from "./step-table.js";

/** Returns the details of a group for the Web UI, as Markdown. */
export function groupDetailsOf(progress: GroupProgress, steps: StepCounts | undefined): string {
  const { completed, failed, records, open, requestsPerMinute, blocked, state } = progress;
  const { waitsUntilMs } = progress;
  return [
    `**${state}**: ${completed} completed and ${failed} failed of ${records}, ${open} open`,
    `Rate: ${requestsPerMinute} requests a minute`,
    ...(waitsUntilMs === undefined
      ? []
      : [`The calls of the day are used up until ${new Date(waitsUntilMs).toISOString()}`]),
    ...blocked.map(({ target, reason }) => `- \`${target}\` waits for a person: ${reason}`),
    ...(steps ? [stepTable(steps)] : []),
  ].join("\n\n");
}
