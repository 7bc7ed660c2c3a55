import type { ErrorGroup } from "../../../src/client/status/run-tallies.js";
import { oneLine } from "./fit-text.js";
import { formatCount } from "./format-count.js";
import { formatTime } from "./format-moment.js";

/** Two lines for the failures of one kind: what they are, and what to do. */
export function errorLines(error: ErrorGroup, nowMs: number): readonly [string, string] {
  const { type, status, count, firstAtMs, lastAtMs, line, message, remedy } = error;
  const kind = status === undefined ? type : `${type} ${status}`;
  const last = formatTime(lastAtMs, nowMs);
  const times = count === 1 ? last : `${formatTime(firstAtMs, nowMs)}–${last}`;
  const record = line === undefined ? "" : `, line ${formatCount(line)}`;
  return [`${kind} ×${formatCount(count)}, ${times}${record}: ${oneLine(message)}`, remedy];
}
