/**
 * Which histories a server of ours keeps. Its database is a file that nobody else tidies: a record's activities weigh some
 * 10 kB there, and a million records would leave gigabytes for the 30 days of the namespace's retention.
 */

/** A closed run of a workflow. */
export interface ClosedRun {
  readonly workflowId: string;
  /** @default the latest run of that id */
  readonly runId?: string;
}

/** Pages whose histories an experiment keeps, so that its latest prompts can be looked at in the Web UI. */
const pagesAnExperiment = 50;

/** How many of its latest pages a group of an experiment keeps. */
export function keptPages(groups: number): number {
  return Math.max(1, Math.floor(pagesAnExperiment / groups));
}
