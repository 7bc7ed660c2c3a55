/**
 * Rules for the histories that the local server keeps. Nobody else cleans its database file. A
 * record's activities take about 10 kB, so a million records would take gigabytes for the 30 days
 * of the namespace's retention.
 */
import type { GroupState } from "./group-state.js";

/** A closed run of a workflow. */
export interface ClosedRun {
  readonly workflowId: string;
  /** Run id. @default the latest run of the workflow id */
  readonly runId?: string;
}

/**
 * Number of pages whose histories an experiment keeps. They show its latest prompts in the Web UI.
 */
const pagesAnExperiment = 80;

/** Returns the number of latest pages that each group of an experiment keeps. */
export function keptPages(groups: number): number {
  return Math.max(1, Math.floor(pagesAnExperiment / groups));
}

/**
 * Maximum number of pages per deletion, because each deletion is an activity. Running groups depend
 * on this number, so a change needs a patch.
 */
const pagesADeletion = 10;

/**
 * Returns the ended pages whose histories should be deleted, if the group keeps the histories of
 * `keep` pages.
 */
export function pagesToForget({ endedPages }: GroupState, keep: number): readonly number[] {
  return endedPages.length < keep + pagesADeletion ? [] : endedPages.slice(0, -keep);
}

export function forgotPages(state: GroupState, pages: readonly number[]): GroupState {
  return { ...state, endedPages: state.endedPages.filter((page) => !pages.includes(page)) };
}
