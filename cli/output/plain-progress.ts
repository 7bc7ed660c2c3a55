import type { ExperimentStatus } from "../../src/index.js";
import { formatCount } from "./format-count.js";
import { oneLine } from "./fit-text.js";

const shortestGapMs = 2000;

/** The line for a status, or `undefined` where it would say nothing new or come too soon after the last. */
export function createPlainProgress(): (status: ExperimentStatus, now: Date) => string | undefined {
  let last: { readonly line: string; readonly state: string; readonly atMs: number } | undefined;
  return (status, now) => {
    const line = plainLine(status);
    const isNewState = status.state !== last?.state;
    const isSoon = last !== undefined && now.getTime() - last.atMs < shortestGapMs;
    if (line === last?.line || (isSoon && !isNewState)) return undefined;
    last = { line, state: status.state, atMs: now.getTime() };
    return `${clock(now)} ${line}`;
  };
}

function plainLine(status: ExperimentStatus): string {
  const { completed, failed, records, inFlight, requestsPerMinute } = status;
  const facts = [
    `${formatCount(completed + failed)}/${formatCount(records)}`,
    ...(failed > 0 ? [`${formatCount(failed)} failed`] : []),
    ...(inFlight > 0 ? [`${formatCount(inFlight)} in flight`] : []),
    `${formatCount(requestsPerMinute)} a minute`,
  ];
  const counts = records === 0 ? "" : `, ${facts.join(", ")}`;
  return `${oneLine(status.name)}: ${status.state}${counts}`;
}

function clock(now: Date): string {
  return [now.getHours(), now.getMinutes(), now.getSeconds()]
    .map((part) => part.toString().padStart(2, "0"))
    .join(":");
}
