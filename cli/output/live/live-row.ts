import type { ExpectedEnd } from "../../../src/domain/progress/expected-end.js";
import type { ExperimentStatus, GroupStatus } from "../../../src/client/status/status.js";
import type { StepStatus } from "../../../src/client/status/step-status.js";
import { formatCount } from "../format/format-count.js";
import { formatTime } from "../format/format-moment.js";
import { shortCost } from "../format/money-text.js";
import { holdText } from "./hold-text.js";

/** A line of the table: a group, or a step of a pipeline or flow. Empty cells are empty texts. */
export interface LiveRow {
  readonly label: string;
  readonly isOver: boolean;
  /** Completed part of the bar. The parts and `total` have the same unit. */
  readonly completed: number;
  readonly failed: number;
  readonly dropped: number;
  /** Total number; 0 if it is not known. */
  readonly total: number;
  readonly cells: Readonly<Record<Column, string>>;
}

export const columns = [
  "done",
  "failed",
  "dropped",
  "flight",
  "rate",
  "held by",
  "cost",
  "ends",
] as const;

export type Column = (typeof columns)[number];

/**
 * Returns the rows of a status: its steps if it has some, otherwise its groups. Unfinished rows
 * come first.
 */
export function liveRows(status: ExperimentStatus, nowMs: number): readonly LiveRow[] {
  const rows = status.steps
    ? status.steps.map((step) => rowOfStep(step, status, nowMs))
    : status.groups.map((group) => rowOfGroup(group, status, nowMs));
  return [...rows].sort((one, other) => Number(one.isOver) - Number(other.isOver));
}

function rowOfGroup(group: GroupStatus, status: ExperimentStatus, nowMs: number): LiveRow {
  const { name, records, completed, failed, open, state } = group;
  const isOver = state === "finished" || state === "cancelled";
  const label = status.groups.length === 1 ? runningName(status) : name;
  const held = group.heldBy ? holdText(group.heldBy, nowMs) : stateWord(state);
  return {
    label,
    isOver,
    completed,
    failed,
    dropped: 0,
    total: records,
    cells: {
      done: `${formatCount(completed + failed)}/${formatCount(records)}`,
      failed: countOrNone(failed),
      dropped: "",
      flight: countOrNone(open),
      rate: isOver ? "" : rateText(group.perMinute, group.requestsPerMinute),
      "held by": held,
      cost: status.groups.length === 1 ? "" : shortCost(group.spending),
      ends: isOver ? "" : endText(group.ends, nowMs),
    },
  };
}

function rowOfStep(step: StepStatus, status: ExperimentStatus, nowMs: number): LiveRow {
  const { name, done, failed, dropped, inFlight, waiting } = step;
  const ended = done + failed + dropped;
  // A step after an expansion has more rows than the input, and their number is unknown.
  const total = ended > status.records ? 0 : status.records;
  const waits = waiting > 0 ? `${formatCount(waiting)} wait` : "";
  const { requestsPerMinute, perMinute } = step;
  return {
    label: name,
    isOver: false,
    completed: done,
    failed,
    dropped,
    total,
    cells: {
      done: total === 0 ? formatCount(done) : `${formatCount(done)}/${formatCount(total)}`,
      failed: countOrNone(failed),
      dropped: countOrNone(dropped),
      flight: countOrNone(inFlight),
      rate: requestsPerMinute === undefined ? "" : rateText(perMinute, requestsPerMinute),
      "held by": step.heldBy ? holdText(step.heldBy, nowMs) : waits,
      cost: shortCost(step.spending),
      ends: "",
    },
  };
}

/** Returns the name of the running stage, or of the experiment. */
export function runningName({ stages, name }: ExperimentStatus): string {
  return stages?.find(({ state }) => state === "running")?.name ?? name;
}

function stateWord(state: GroupStatus["state"]): string {
  return state === "sending" || state === "waiting" || state === "unknown" ? "" : state;
}

function countOrNone(count: number): string {
  return count === 0 ? "" : formatCount(count);
}

/** Formats the calls of the last minute and the allowed calls as `478/480`. */
function rateText(perMinute: number | undefined, allowed: number): string {
  const now = perMinute === undefined ? "" : `${formatCount(roundedRate(perMinute))}/`;
  return `${now}${formatCount(roundedRate(allowed))}`;
}

function roundedRate(perMinute: number): number {
  return perMinute < 10 ? Math.round(perMinute * 10) / 10 : Math.round(perMinute);
}

function endText(ends: ExpectedEnd | undefined, nowMs: number): string {
  return ends ? formatTime(ends.atMs, nowMs) : "";
}
