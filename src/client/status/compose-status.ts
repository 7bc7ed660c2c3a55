import type {
  BlockedTarget,
  Counts,
  GroupPlan,
  GroupProgress,
} from "../../domain/experiment/experiment.js";
import { defined } from "../../domain/defined.js";
import { callsPerMinute } from "../../domain/experiment/target-plan.js";
import { expectedMs } from "../../domain/rates/expected-time.js";
import type { ScoreRow } from "../../domain/scores/line-scoring.js";
import { ratesOf } from "../../domain/rates/rates.js";
import type { GroupRates } from "../../domain/rates/rates.js";
import type { ExperimentDescription, ExperimentResult } from "../../../workflows/messages.js";
import type { ExperimentAnswer } from "./ask-experiment.js";
import type { RunSnapshot } from "./run-files.js";
import type { StageStatus } from "./stage-status.js";
import { isOver } from "./status.js";
import type { ExperimentState, ExperimentStatus, GroupStatus } from "./status.js";

/** The server's facts about an experiment's latest run. */
export interface WorkflowFacts {
  readonly workflowId: string;
  readonly runId: string;
  readonly open: boolean;
  readonly startedAt: number;
  readonly closedAt?: number;
  readonly directory?: string;
  /** Result of a run that ended by itself. */
  readonly result?: ExperimentResult;
  /** The reason why the experiment itself failed. */
  readonly error?: string;
}

/** All facts at one moment. Unavailable facts are absent. */
export interface StatusFacts {
  readonly name: string;
  readonly dataFolder: string;
  readonly workflow?: WorkflowFacts;
  readonly answer?: ExperimentAnswer;
  readonly files?: RunSnapshot;
  readonly problems: readonly string[];
  /** True if the worker was asked so recently that a missing answer is not a problem. */
  readonly answerAwaited?: boolean;
  readonly webUi?: string;
  /** Set if the experiment has several stages. */
  readonly stages?: readonly StageStatus[];
}

const unknownNow: Pick<GroupStatus, "state" | "open"> = { state: "unknown", open: 0 };
const noCounts: Counts = { completed: 0, failed: 0 };
const unansweredProblem =
  "No worker answers, so nothing is sent now. Start one with `ostinato up`, or follow the experiment.";

/**
 * Combines the facts from the server, the worker and the files. The files' counts are the newest,
 * and are available without a worker.
 */
export function composeStatus(facts: StatusFacts): ExperimentStatus {
  const groups = plansOf(facts).map((plan) => groupStatus(plan, facts));
  const state = stateOf(facts, groups);
  const counts = countsOf(facts, groups);
  return {
    name: facts.name,
    state,
    dataFolder: facts.dataFolder,
    ...counts,
    inFlight: sum(groups, (group) => group.open),
    requestsPerMinute: sum(groups, (group) => group.requestsPerMinute),
    groups,
    blocked:
      isOver(state) || facts.files?.manifest.settings.onBlocked === "fail" ? [] : blockedOf(facts),
    slowdowns: isOver(state) ? [] : (facts.answer?.slowdowns ?? []),
    problems: problemsOf(facts),
    workerAnswers: facts.answer !== undefined,
    ...defined({
      ...placeOf(facts),
      ...timesOf(facts),
      ...endOf(facts),
      ...stageFacts(facts, counts),
      webUi: facts.webUi,
      steps: facts.files?.steps,
    }),
  };
}

function problemsOf({
  workflow,
  answer,
  answerAwaited = false,
  problems,
}: StatusFacts): readonly string[] {
  const unanswered = workflow?.open === true && answer === undefined && !answerAwaited;
  return unanswered ? [unansweredProblem, ...problems] : problems;
}

interface Place {
  readonly directory: string | undefined;
  readonly stamp: string | undefined;
}

function placeOf({ workflow, answer, files }: StatusFacts): Place {
  if (files) return { directory: files.directory, stamp: files.manifest.stamp };
  const prepared = answer?.description.prepared;
  return { directory: workflow?.directory ?? prepared?.directory, stamp: prepared?.stamp };
}

interface Times {
  readonly startedAt: number | undefined;
  readonly finishedAt: number | undefined;
  readonly sentLastMinute: number | undefined;
}

function timesOf({ workflow, files }: StatusFacts): Times {
  return {
    startedAt: workflow?.startedAt ?? files?.manifest.createdAt,
    finishedAt: workflow?.closedAt ?? files?.result?.finishedAt,
    sentLastMinute: workflow?.open === true ? files?.endedLastMinute : undefined,
  };
}

interface StageFacts {
  readonly stages: ExperimentStatus["stages"] | undefined;
  readonly rephrasedFile: string | undefined;
}

/** The running stage has the current counts. */
function stageFacts(
  { workflow, files, stages: known }: StatusFacts,
  { completed, failed }: Counts,
): StageFacts {
  const stages = known?.map((stage) => {
    const isNow = stage.state === "running" && stage.directory === files?.directory;
    return isNow ? { ...stage, completed, failed } : stage;
  });
  return { stages, rephrasedFile: workflow?.result?.rephrasedFile };
}

interface End {
  readonly completedFile: string | undefined;
  readonly scores: readonly ScoreRow[] | undefined;
  readonly repeatedCalls: number | undefined;
  readonly heldCalls: number | undefined;
  readonly error: string | undefined;
}

function endOf({ workflow, files }: StatusFacts): End {
  const result = workflow?.result ?? files?.result;
  return {
    completedFile: result?.completedFile,
    scores: files?.result?.scores,
    repeatedCalls: result?.repeatedCalls ?? files?.repeatedCalls,
    heldCalls: files?.heldCalls,
    error: workflow?.error,
  };
}

function plansOf({ files, answer }: StatusFacts): readonly GroupPlan[] {
  return files?.manifest.groups ?? answer?.description.prepared?.groups ?? [];
}

function groupStatus(plan: GroupPlan, facts: StatusFacts): GroupStatus {
  const progress = facts.answer?.progress.get(plan.slug);
  const { completed, failed } = facts.files?.counts.get(plan.slug) ?? progress ?? noCounts;
  const left = hasEnded(facts) ? 0 : Math.max(0, plan.records - completed - failed);
  const calls = facts.answer?.calls.get(plan.slug) ?? 0;
  const rates = currentRates(plan, progress);
  const { state, open } = progress ?? unknownNow;
  return {
    name: plan.name,
    limitKey: plan.limitKey,
    state: left === 0 ? "finished" : state,
    records: plan.records,
    completed,
    failed,
    // A group knows the open records of its pages, and the limit knows those of the sending page.
    open: Math.min(left, Math.max(open, calls)),
    ...rates,
    expectedMs: expectedMs({
      ...rates,
      calls: (left * (plan.calls ?? plan.records)) / plan.records,
    }),
    ...waitOf(progress, left),
  };
}

function currentRates(plan: GroupPlan, progress: GroupProgress | undefined): GroupRates {
  // The limit of a pipeline's rows has no pace of its own.
  if (plan.targets) return { requestsPerMinute: callsPerMinute(plan.targets) };
  const { tokensPerMinute, requestsPerDay } = plan;
  const { requestsPerMinute, inFlight } = progress ?? plan;
  return ratesOf({ requestsPerMinute, tokensPerMinute, inFlight, requestsPerDay });
}

function waitOf(
  progress: GroupProgress | undefined,
  left: number,
): Pick<GroupStatus, "waitsUntilMs"> {
  const { waitsUntilMs } = progress ?? {};
  return left === 0 || waitsUntilMs === undefined ? {} : { waitsUntilMs };
}

function hasEnded({ workflow, files }: StatusFacts): boolean {
  return workflow?.open !== true && files?.result !== undefined;
}

/** The run's own counts if it has ended, otherwise those of its groups and invalid lines. */
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
  if (!answer) return files || workflow.directory !== undefined ? "running" : "starting";
  const { state, cancelled } = answer.description;
  return cancelled ? "cancelling" : openState(state, groups);
}

function openState(
  said: ExperimentDescription["state"],
  groups: readonly GroupStatus[],
): ExperimentState {
  switch (said) {
    case "preparing":
      return "starting";
    case "running":
      return isBlocked(groups) ? "blocked" : "running";
    case "paused":
      return "paused";
    case "finishing":
    case "finished":
      return "finishing";
  }
}

/** True if all unfinished groups wait for a person. */
function isBlocked(groups: readonly GroupStatus[]): boolean {
  const unfinished = groups.filter((group) => group.state !== "finished");
  return unfinished.length > 0 && unfinished.every((group) => group.state === "blocked");
}

function blockedOf({ answer, files }: StatusFacts): ExperimentStatus["blocked"] {
  const said: BlockedTarget[] = [...(answer?.progress.values() ?? [])].flatMap(
    (progress) => progress.blocked,
  );
  const known = answer ? said : (files?.refusals ?? []);
  return [...new Map(known.map((entry) => [entry.target, entry])).values()];
}

function sum(groups: readonly GroupStatus[], of: (group: GroupStatus) => number): number {
  return groups.reduce((total, group) => total + of(group), 0);
}
