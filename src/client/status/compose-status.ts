import type { BlockedTarget, Counts, GroupPlan } from "../../domain/experiment/experiment.js";
import { defined } from "../../domain/defined.js";
import { costTarget } from "../../domain/money/budget.js";
import { sumOfSpending, unlessNone } from "../../domain/money/spending.js";
import type { Spending } from "../../domain/money/spending.js";
import type { ScoreRow } from "../../domain/scores/line-scoring.js";
import type { ExperimentDescription, ExperimentResult } from "../../../workflows/messages.js";
import { lastEnd as latestEnd } from "../../domain/progress/expected-end.js";
import type { ExperimentAnswer } from "./ask-experiment.js";
import { groupStatus } from "./group-status.js";
import { paceOfAll } from "./limited-pace.js";
import { noCalls, sumOfCalls } from "./run-tallies.js";
import type { RunSnapshot } from "./run-files.js";
import { stageNow } from "./stage-status.js";
import type { StageStatus } from "./stage-status.js";
import type { SteeringRequest } from "./untaken-requests.js";
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
  /** Requests that no worker has taken yet. */
  readonly asked?: readonly SteeringRequest[];
  /** True if the worker was asked so recently that a missing answer is not a problem. */
  readonly answerAwaited?: boolean;
  readonly webUi?: string;
  /** Set if the experiment has several stages. */
  readonly stages?: readonly StageStatus[];
  /** Now, in ms since the epoch. */
  readonly nowMs?: number;
}

const unansweredProblem =
  "No worker answers, so nothing is sent now. Start one with `ostinato up`, or follow the experiment.";

/**
 * Combines the facts from the server, the worker and the files. The files' counts are the newest,
 * and are available without a worker.
 */
export function composeStatus(facts: StatusFacts): ExperimentStatus {
  const { answer, files, nowMs = Date.now() } = facts;
  const known = { ...defined({ answer, files }), hasEnded: hasEnded(facts), nowMs };
  const groups = plansOf(facts).map((plan) => groupStatus(plan, known));
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
    ...(isOver(state) ? nothingHolds : holdsOf(facts, groups)),
    problems: problemsOf(facts),
    workerAnswers: facts.answer !== undefined,
    ...defined({
      ...placeOf(facts),
      ...timesOf(facts),
      ...endOf(facts),
      ...stageFacts(facts, counts),
      spending: spendingOf(facts),
      maxCost: facts.files?.maxCost,
      webUi: facts.webUi,
      asked: facts.asked?.length === 0 ? undefined : facts.asked,
      calls: callsOf(facts),
      errors: facts.files?.tallies.errors,
      steps: stepsOf(facts),
      aggregationErrors: facts.files?.aggregationErrors,
      acceptedRows: facts.workflow?.result?.acceptedRows ?? facts.files?.acceptedRows,
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
    sentLastMinute: workflow?.open === true ? endedLastMinute(files) : undefined,
  };
}

type Holds = Pick<ExperimentStatus, "blocked" | "slowdowns" | "ends">;

const nothingHolds: Holds = { blocked: [], slowdowns: [] };

function holdsOf(facts: StatusFacts, groups: readonly GroupStatus[]): Holds {
  const { answer } = facts;
  return {
    blocked: blockedOf(facts),
    slowdowns: answer?.slowdowns ?? [],
    ...defined({ ends: lastEnd(groups) }),
  };
}

function endedLastMinute(files: RunSnapshot | undefined): number | undefined {
  if (!files) return undefined;
  return [...files.tallies.recent.values()].reduce((total, { ended }) => total + ended, 0);
}

/** The end of the last group; unknown if one group's is. */
function lastEnd(groups: readonly GroupStatus[]): ExperimentStatus["ends"] {
  const open = groups.filter(({ state }) => state !== "finished" && state !== "cancelled");
  const ends = open.flatMap(({ ends: end = [] }) => end);
  return ends.length === open.length ? latestEnd(ends) : undefined;
}

/** The running stage's own, and those of the stages that have ended. */
function callsOf({ files, workflow, stages = [] }: StatusFacts): ExperimentStatus["calls"] {
  if (!files) return undefined;
  const repeated = workflow?.result?.repeatedCalls ?? files.repeatedCalls;
  const others = stages.filter(({ directory }) => directory !== files.directory);
  const ended = others.flatMap(({ calls = [] }) => calls);
  const all = [...files.tallies.calls.values(), ...ended].reduce(sumOfCalls, noCalls);
  return { ...all, answered: Math.max(0, all.answered - repeated), repeated };
}

/** A step has the pace of its models at their limits. */
function stepsOf({ files, answer }: StatusFacts): ExperimentStatus["steps"] {
  return files?.steps?.map((step) => {
    const paces = (step.models ?? []).flatMap((model) => answer?.targets.get(model) ?? []);
    if (paces.length === 0 || files.result) return step;
    const { perMinute, allowedPerMinute, hold } = paceOfAll(paces);
    const held = step.waiting + step.inFlight === 0 ? undefined : hold;
    return {
      ...step,
      perMinute: Math.round(perMinute * 10) / 10,
      ...defined({ requestsPerMinute: allowedPerMinute, heldBy: held }),
    };
  });
}

/** The running stage's own, and that of the stages before it. */
function spendingOf({ files, stages = [] }: StatusFacts): Spending | undefined {
  const others = stages.filter(({ directory }) => directory !== files?.directory);
  const ended = others.flatMap(({ spending }) => spending ?? []);
  return unlessNone(sumOfSpending([...(files?.spending?.values() ?? []), ...ended]));
}

interface StageFacts {
  readonly stages: ExperimentStatus["stages"] | undefined;
  readonly rephrasedFile: string | undefined;
}

function stageFacts(
  { workflow, files, stages: known }: StatusFacts,
  { completed, failed }: Counts,
): StageFacts {
  const { directory, aggregationErrors } = files ?? {};
  const now = { completed, failed, ...defined({ directory, aggregationErrors }) };
  const stages = known?.map((stage) => stageNow(stage, now));
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
    scores: files?.scores,
    repeatedCalls: result?.repeatedCalls ?? files?.repeatedCalls,
    heldCalls: files?.heldCalls,
    error: workflow?.error,
  };
}

function plansOf({ files, answer }: StatusFacts): readonly GroupPlan[] {
  return files?.manifest.groups ?? answer?.description.prepared?.groups ?? [];
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
  if (!answer) return unansweredState(facts);
  const { state, cancelled } = answer.description;
  return cancelled ? "cancelling" : openState(state, groups);
}

/** Without a worker, the files tell if all that is left waits for a person. */
function unansweredState(facts: StatusFacts): ExperimentState {
  const { workflow, files } = facts;
  if (!files) return workflow?.directory === undefined ? "starting" : "running";
  const refused = new Set(blockedOf(facts).map(({ target }) => target));
  const { manifest, onlyRefusedLeft = false } = files;
  const all = onlyRefusedLeft || manifest.targets.every((target) => refused.has(target));
  return refused.has(costTarget) || (refused.size > 0 && all) ? "blocked" : "running";
}

function openState(
  said: ExperimentDescription["state"],
  groups: readonly GroupStatus[],
): ExperimentState {
  if (said === "preparing") return "starting";
  if (said === "paused") return "paused";
  if (said !== "running") return "finishing";
  return isBlocked(groups) ? "blocked" : "running";
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
  const failsOthers = files?.manifest.settings.onBlocked === "fail";
  const waiting = known.filter(({ target }) => !failsOthers || target === costTarget);
  return [...new Map(waiting.map((entry) => [entry.target, entry])).values()];
}

function sum(groups: readonly GroupStatus[], of: (group: GroupStatus) => number): number {
  return groups.reduce((total, group) => total + of(group), 0);
}
