import pico from "picocolors";
import type { AllRuns } from "../../../src/client/list/spending-of-all-runs.js";
import type { ExperimentStatus } from "../../../src/client/status/status.js";
import { isOver } from "../../../src/client/status/status.js";
import { holdWords } from "../../../src/domain/progress/hold-words.js";
import type { Slowdown } from "../../../src/domain/limit/slowing/slowdowns.js";
import { formatDuration } from "../../../src/settings/duration.js";
import { aggregationFacts, endText } from "../format/aggregation-facts.js";
import { renderFacts } from "../format/facts.js";
import type { Fact } from "../format/facts.js";
import { errorFacts } from "../format/failure-facts.js";
import { oneLine } from "../format/fit-text.js";
import { formatCount, formatCountOf } from "../format/format-count.js";
import { blockedSentences, waitingSentences } from "../progress/news.js";
import { formatTime } from "../format/format-moment.js";
import { allowedText, ratesText } from "../format/rates.js";
import { costText, moneyText, shortCost } from "../format/money-text.js";
import { heldText } from "../format/held-text.js";
import { renderScoresOf } from "./render-scores.js";
import { renderSteps } from "./render-steps.js";
import type { Screen } from "../terminal/screen.js";
import { slowdownText } from "../format/slowdown-text.js";
import { stageText } from "../format/stage-text.js";
import { acceptedText } from "../format/accepted-text.js";
import { renderTable } from "../terminal/table.js";

/** The status of an experiment with the cost of all runs of its name. */
export interface ShownStatus extends ExperimentStatus {
  readonly allRuns?: AllRuns;
}

/** Renders the full status of an experiment. */
export function renderStatus(status: ShownStatus, screen: Screen, nowMs: number): string {
  const colours = pico.createColors(screen.colours);
  const facts: readonly Fact[] = [
    ...(status.stages ?? []).map((stage) => ["stage", stageText(stage)] as const),
    ["records", counts(status)],
    // Without a target, this fact would only widen the column of names.
    ...(status.acceptedRows ? [["accepted", acceptedText(status)] as const] : []),
    ["pace", pace(status)],
    ["time", time(status, nowMs)],
    ["tokens", tokensText(status)],
    ["cost", costText(status)],
    ...(status.allRuns ? [["all runs", allRunsText(status.allRuns)] as const] : []),
    ["error", status.error ?? ""],
    ...aggregationFacts(status),
    ...blockedSentences(status).map((sentence) => ["blocked", sentence] as const),
    ...waitingSentences(status).map((sentence) => ["waiting", sentence] as const),
    ...status.slowdowns.map((slowdown) => ["slowed", slowedText(slowdown, nowMs)] as const),
    ["held", heldText(status)],
    ...errorFacts(status.errors ?? [], nowMs),
    ...status.problems.map((problem) => ["problem", problem] as const),
    ["asked", askedText(status)],
    ["data", status.dataFolder],
    ["results", status.completedFile ?? ""],
    ["prompts", status.rephrasedFile ?? ""],
    ["Web UI", status.webUi ?? ""],
  ];
  const lines = renderFacts(facts, screen).map((line) => `  ${line}`);
  const groups =
    status.groups.length > 1 ? [renderGroups(status, { width: screen.columns, nowMs })] : [];
  const steps = status.steps ? [renderSteps(status.steps, screen.columns)] : [];
  const title = `${colours.bold(oneLine(status.name))} ${stateText(status)}`;
  return [title, ...lines, ...groups, ...steps, ...renderScoresOf(status, screen.columns)].join(
    "\n",
  );
}

/**
 * Returns the state, e.g. `running (no worker)` as in the list. Without a worker, nothing happens
 * in any state.
 */
function stateText(status: ExperimentStatus): string {
  const { state, workerAnswers } = status;
  const isOpen = !isOver(state) && state !== "unknown";
  return isOpen && !workerAnswers ? `${state} (${holdWords.worker})` : endText(status);
}

function counts({ records, completed, failed, inFlight }: ExperimentStatus): string {
  const facts = [
    `${formatCount(completed)} completed`,
    `${formatCount(failed)} failed`,
    ...(inFlight > 0 ? [`${formatCount(inFlight)} in flight`] : []),
  ];
  return `${facts.join(", ")} of ${formatCount(records)}`;
}

function askedText({ asked = [] }: ExperimentStatus): string {
  return asked.length === 0 ? "" : `to ${asked.join(", then to ")}; no worker has taken it yet`;
}

/**
 * Returns the text of a slowdown with the API's message, for which a line of progress has no room.
 */
function slowedText(slowdown: Slowdown, nowMs: number): string {
  const text = slowdownText(slowdown, nowMs);
  return slowdown.kind === "unreachable" ? `${text}: ${slowdown.reason}` : text;
}

function pace(status: ExperimentStatus): string {
  const { sentLastMinute = 0 } = status;
  const allowed = allowedText(status);
  return sentLastMinute > 0
    ? `${allowed}; ${formatCount(sentLastMinute)} in the last minute`
    : allowed;
}

function allRunsText({ runs, spending }: AllRuns): string {
  return `${formatCountOf(runs, "run")} of this name: ${moneyText(spending)}`;
}

/** Returns the tokens of all stages. */
function tokensText({ spending }: ExperimentStatus): string {
  const { input = 0, output = 0 } = spending?.tokens ?? {};
  return input + output === 0 ? "" : `${formatCount(input)} in, ${formatCount(output)} out`;
}

function time({ startedAt, finishedAt, ends }: ExperimentStatus, nowMs: number): string {
  if (startedAt === undefined) return "";
  if (finishedAt !== undefined) return `took ${formatDuration(finishedAt - startedAt)}`;
  const running = `running for ${formatDuration(nowMs - startedAt)}`;
  return ends ? `${running}, ends about ${formatTime(ends.atMs, nowMs)}` : running;
}

function renderGroups(
  { groups }: ExperimentStatus,
  { width, nowMs }: { readonly width: number; readonly nowMs: number },
): string {
  const hasCost = groups.some(({ spending }) => spending !== undefined);
  const head = [
    ...["group", "limit", "state", "records", "completed", "failed", "in flight"],
    ...(hasCost ? ["rate", "cost", "left"] : ["rate", "left"]),
  ];
  const rows = groups.map((group) => [
    group.name,
    group.limitKey,
    group.state,
    ...[group.records, group.completed, group.failed, group.open].map(formatCount),
    ratesText(group),
    ...(hasCost ? [shortCost(group.spending)] : []),
    // The end is unknown while the group is paused or blocked, and while no worker runs.
    group.ends ? formatDuration(group.ends.atMs - nowMs) : "-",
  ]);
  return renderTable(head, rows, { width, optional: ["limit"], expendable: ["state"] });
}
