import type { ExperimentStatus } from "../../../src/client/status/status.js";
import { formatCount } from "../format/format-count.js";
import { oneLine } from "../format/fit-text.js";
import { slowdownText } from "../format/slowdown-text.js";
import { formatClock } from "../format/format-moment.js";

const shortestGapMs = 2000;

/**
 * Returns the line for a status, or `undefined` if it has no news or follows the last line too
 * soon.
 */
export function createPlainProgress(): (
  status: ExperimentStatus,
  nowMs: number,
) => string | undefined {
  let last: { readonly line: string; readonly state: string; readonly atMs: number } | undefined;
  return (status, nowMs) => {
    const line = plainLine(status, nowMs);
    const isNewState = status.state !== last?.state;
    const isSoon = last !== undefined && nowMs - last.atMs < shortestGapMs;
    if (line === last?.line || (isSoon && !isNewState)) return undefined;
    last = { line, state: status.state, atMs: nowMs };
    return `${formatClock(nowMs)} ${line}`;
  };
}

function plainLine(status: ExperimentStatus, nowMs: number): string {
  const { completed, failed, records, inFlight, requestsPerMinute, slowdowns } = status;
  const facts = [
    `${formatCount(completed + failed)}/${formatCount(records)}`,
    ...(failed > 0 ? [`${formatCount(failed)} failed`] : []),
    ...(inFlight > 0 ? [`${formatCount(inFlight)} in flight`] : []),
    `${formatCount(requestsPerMinute)} per minute`,
    ...slowdowns.map((slowdown) => slowdownText(slowdown, nowMs)),
  ];
  const counts = records === 0 ? "" : `, ${facts.join(", ")}`;
  return `${oneLine(status.name)}: ${status.state}${counts}`;
}
