/**
 * Rules for the histories that the local server keeps. Nobody else cleans its database file. A
 * record's activities take about 10 kB, so a million records would take gigabytes for the 30 days
 * of the namespace's retention.
 */

/** A closed run of a workflow. */
export interface ClosedRun {
  readonly workflowId: string;
  /** Run id. @default the latest run of the workflow id */
  readonly runId?: string;
}

/**
 * Number of pages whose histories an experiment keeps. They show its latest prompts in the Web UI.
 */
const pagesAnExperiment = 50;

/** Returns the number of latest pages that each group of an experiment keeps. */
export function keptPages(groups: number): number {
  return Math.max(1, Math.floor(pagesAnExperiment / groups));
}
