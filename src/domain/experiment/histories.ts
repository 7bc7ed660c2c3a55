/**
 * Rules for the histories that the local server keeps. Nobody else cleans its database file. A
 * record's activities take about 10 kB, so a million records would take gigabytes for the 30 days
 * of the namespace's retention.
 */

/** A closed run of a workflow. */
export interface ClosedRun {
  readonly workflowId: string;
  /** @default the latest run of that id */
  readonly runId?: string;
}

/** Pages whose histories an experiment keeps, which show its latest prompts in the Web UI. */
const pagesAnExperiment = 50;

/** Number of latest pages that each group of an experiment keeps. */
export function keptPages(groups: number): number {
  return Math.max(1, Math.floor(pagesAnExperiment / groups));
}
