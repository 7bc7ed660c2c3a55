import type { BlockedTarget, GroupPlan, GroupProgress } from "../domain/experiment.js";
import type { ExperimentResult } from "../../workflows/messages.js";
import type { ExperimentAnswer } from "./ask-experiment.js";
import type { RunSnapshot } from "./run-files.js";
import type { ExperimentState, ExperimentStatus, GroupStatus } from "./status.js";

/** What the server knows of an experiment's latest run. */
export interface WorkflowFacts {
  readonly workflowId: string;
  readonly runId: string;
  readonly open: boolean;
  readonly startedAt: number;
  readonly closedAt?: number;
  readonly directory?: string;
  /** Of a run that ended by itself. */
  readonly result?: ExperimentResult;
  /** Why the experiment as such failed. */
  readonly error?: string;
}

/** All that is known at one moment; what can't be had is left out. */
export interface StatusFacts {
  readonly name: string;
  readonly dataFolder: string;
  readonly workflow?: WorkflowFacts;
  readonly answer?: ExperimentAnswer;
  readonly files?: RunSnapshot;
  readonly problems: readonly string[];
  readonly webUi?: string;
}

const unansweredProblem =
  "No worker answers, so nothing is sent now. Start one with `ostinato up`, or follow the experiment.";

/** Joins what the server, the worker and the files know. The files' counts are the newest, and they are there without a worker. */
export function composeStatus(facts: StatusFacts): ExperimentStatus {
  const { workflow, answer, files } = facts;
  const groups = plansOf(facts).map((plan) => groupStatus(plan, facts));
  const state = stateOf(facts, groups);
  const counts = countsOf(facts, groups);
  const result = workflow?.result;
  const open = workflow?.open === true;
  const unanswered = open && answer === undefined;
  return {
    name: facts.name,
    state,
    dataFolder: facts.dataFolder,
    ...counts,
    inFlight: sum(groups, (group) => group.open),
    requestsPerMinute: sum(groups, (group) => group.requestsPerMinute),
    groups,
    blocked: state === "finished" || state === "cancelled" ? [] : blockedOf(facts),
    problems: unanswered ? [unansweredProblem, ...facts.problems] : facts.problems,
    workerAnswers: answer !== undefined,
    ...defined({
      directory: files?.directory ?? workflow?.directory ?? answer?.description.prepared?.directory,
      stamp: files?.manifest.stamp ?? answer?.description.prepared?.stamp,
      startedAt: workflow?.startedAt ?? files?.manifest.createdAt,
      finishedAt: workflow?.closedAt ?? files?.result?.finishedAt,
      completedFile: result?.completedFile ?? files?.result?.completedFile,
      repeatedCalls: result?.repeatedCalls ?? files?.result?.repeatedCalls ?? files?.repeatedCalls,
      sentLastMinute: open ? files?.endedLastMinute : undefined,
      error: workflow?.error,
      webUi: facts.webUi,
    }),
  };
}

/** Without the keys that have no value. */
function defined<T extends object>(values: T): { [Key in keyof T]?: Exclude<T[Key], undefined> } {
  const entries = Object.entries(values).filter(([, value]) => value !== undefined);
  // What was undefined has been taken out above.
  return Object.fromEntries(entries) as { [Key in keyof T]?: Exclude<T[Key], undefined> };
}

function plansOf({ files, answer }: StatusFacts): readonly GroupPlan[] {
  return files?.manifest.groups ?? answer?.description.prepared?.groups ?? [];
}

function groupStatus(plan: GroupPlan, { workflow, answer, files }: StatusFacts): GroupStatus {
  const progress = answer?.progress.get(plan.slug);
  const counts = files?.counts.get(plan.slug) ?? progress ?? { completed: 0, failed: 0 };
  const allDone = counts.completed + counts.failed >= plan.records;
  const over = workflow?.open !== true && files?.result !== undefined;
  const inFlight = progress ? progress.inFlight : plan.inFlight;
  return {
    name: plan.name,
    state: groupState(progress, allDone || over),
    records: plan.records,
    completed: counts.completed,
    failed: counts.failed,
    open: allDone || over ? 0 : (progress?.open ?? 0),
    requestsPerMinute: progress?.requestsPerMinute ?? plan.requestsPerMinute,
    ...(inFlight === undefined ? {} : { inFlight }),
  };
}

function groupState(progress: GroupProgress | undefined, done: boolean): GroupStatus["state"] {
  if (done) return "finished";
  return progress?.state ?? "unknown";
}

/** The run's own counts where it has ended; else those of its groups and of its invalid lines. */
function countsOf(
  { workflow, answer, files }: StatusFacts,
  groups: readonly GroupStatus[],
): Pick<ExperimentStatus, "records" | "completed" | "failed"> {
  const invalid = files?.manifest.invalid ?? 0;
  const sent = files?.manifest.records ?? answer?.description.prepared?.records ?? 0;
  const records = sent + invalid;
  const ended = workflow?.result ?? files?.result;
  if (ended) {
    const { completed, failed } = ended;
    return { records: Math.max(records, completed + failed), completed, failed };
  }
  return {
    records,
    completed: sum(groups, (group) => group.completed),
    failed: sum(groups, (group) => group.failed) + invalid,
  };
}

function stateOf(facts: StatusFacts, groups: readonly GroupStatus[]): ExperimentState {
  const { workflow, answer, files } = facts;
  if (!workflow) return files?.result ? "finished" : "unknown";
  if (!workflow.open) return workflow.result?.status ?? "failed";
  const said = answer?.description.state;
  switch (said) {
    case undefined:
      return files ? "running" : "starting";
    case "preparing":
      return "starting";
    case "finished":
      return "finishing";
    case "running":
      return isBlocked(groups) ? "blocked" : "running";
    case "paused":
    case "finishing":
      return said;
  }
}

/** Nothing is left to do but what waits for a person. */
function isBlocked(groups: readonly GroupStatus[]): boolean {
  const unfinished = groups.filter((group) => group.state !== "finished");
  return unfinished.length > 0 && unfinished.every((group) => group.state === "blocked");
}

function blockedOf({ answer, files }: StatusFacts): ExperimentStatus["blocked"] {
  const said: BlockedTarget[] = [...(answer?.progress.values() ?? [])].flatMap(
    (progress) => progress.blocked,
  );
  const known = answer
    ? said.map(({ name, reason }) => ({ target: name, reason }))
    : (files?.refusals ?? []);
  return [...new Map(known.map((entry) => [entry.target, entry])).values()];
}

function sum(groups: readonly GroupStatus[], of: (group: GroupStatus) => number): number {
  return groups.reduce((total, group) => total + of(group), 0);
}
