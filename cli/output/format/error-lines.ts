import type { ErrorGroup } from "../../../src/client/status/run-tallies.js";
import { oneLine } from "./fit-text.js";
import { formatCount } from "./format-count.js";
import { formatTime } from "./format-moment.js";

/** Two lines for the failures of one kind: what they are, and what to do. */
export function errorLines(error: ErrorGroup, nowMs: number): readonly [string, string] {
  const { type, status, count, firstAtMs, lastAtMs, message, remedy } = error;
  const kind = status === undefined ? type : `${type} ${status}`;
  const last = formatTime(lastAtMs, nowMs);
  const times = count === 1 ? last : `${formatTime(firstAtMs, nowMs)}–${last}`;
  return [`${kind} ×${formatCount(count)}, ${times}${placeOf(error)}: ${oneLine(message)}`, remedy];
}

/** As `ostinato why` takes it. */
function placeOf({ id, line }: ErrorGroup): string {
  if (id !== undefined) return `, record ${oneLine(id)}`;
  return line === undefined ? "" : `, line ${formatCount(line)}`;
}
