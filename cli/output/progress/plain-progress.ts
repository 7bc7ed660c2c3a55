import type { ExperimentStatus } from "../../../src/client/status/status.js";
import { formatCount } from "../format/format-count.js";
import { oneLine } from "../format/fit-text.js";
import { acceptedText } from "../format/accepted-text.js";
import { allowedText } from "../format/rates.js";
import { slowdownText } from "../format/slowdown-text.js";
import { formatClock, formatTime } from "../format/format-moment.js";

const shortestGapMs = 2_000;
const longestGapMs = 60_000;

/**
 * Returns a function that returns the line for a status, or `undefined` if it has no news or
 * follows the last line too soon. The gaps grow with time, so that a run overnight does not fill a
 * log.
 */
export function createPlainProgress(): (
  status: ExperimentStatus,
  nowMs: number,
) => string | undefined {
  let last: { readonly facts: string; readonly state: string; readonly atMs: number } | undefined;
  let firstAtMs: number | undefined;
  return (status, nowMs) => {
    firstAtMs ??= nowMs;
    const gapMs = Math.min(longestGapMs, Math.max(shortestGapMs, (nowMs - firstAtMs) / 20));
    // The time of the next call is left out, so that only the result of a call is news, not its
    // start.
    const facts = plainLine(status, 0);
    const isNewState = status.state !== last?.state;
    const isSoon = last !== undefined && nowMs - last.atMs < gapMs;
    if (facts === last?.facts || (isSoon && !isNewState)) return undefined;
    last = { facts, state: status.state, atMs: nowMs };
    return `${formatClock(nowMs)} ${plainLine(status, nowMs)}${endText(status, nowMs)}`;
  };
}

/** Returns the expected end. It is not part of the facts, because it changes with each look. */
function endText({ ends, state }: ExperimentStatus, nowMs: number): string {
  return ends && state === "running" ? `, ends ${formatTime(ends.atMs, nowMs)}` : "";
}

function plainLine(status: ExperimentStatus, nowMs: number): string {
  const { completed, failed, records, inFlight, slowdowns } = status;
  const facts = [
    `${formatCount(completed + failed)}/${formatCount(records)}`,
    ...(failed > 0 ? [`${formatCount(failed)} failed`] : []),
    ...(status.acceptedRows ? [acceptedText(status)] : []),
    ...(inFlight > 0 ? [`${formatCount(inFlight)} in flight`] : []),
    allowedText(status),
    ...slowdowns.map((slowdown) => slowdownText(slowdown, nowMs)),
  ];
  const counts = records === 0 ? "" : `, ${facts.join(", ")}`;
  return `${oneLine(status.name)}${stageOf(status)}: ${status.state}${counts}`;
}

/** Returns the running stage, whose counts a line has, unless it is the experiment's main one. */
function stageOf({ stages = [] }: ExperimentStatus): string {
  const running = stages.find(({ state }) => state === "running");
  return running === undefined || running.kind === "main" ? "" : ` (${running.kind})`;
}
