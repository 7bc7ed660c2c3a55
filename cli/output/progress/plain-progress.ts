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
 * Returns the line for a status, or `undefined` if it has no news or follows the last line too
 * soon. The gaps grow with the time, so that a night fills no log.
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
    // As seen before every next call, so that the start of a call is no news, only its result is.
    const facts = plainLine(status, 0);
    const isNewState = status.state !== last?.state;
    const isSoon = last !== undefined && nowMs - last.atMs < gapMs;
    if (facts === last?.facts || (isSoon && !isNewState)) return undefined;
    last = { facts, state: status.state, atMs: nowMs };
    return `${formatClock(nowMs)} ${plainLine(status, nowMs)}${endText(status, nowMs)}`;
  };
}

/** Not a part of the facts, since it changes with each look. */
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
  return `${oneLine(status.name)}: ${status.state}${counts}`;
}
