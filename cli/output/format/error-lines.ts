import type { ErrorGroup } from "../../../src/client/status/run-tallies.js";
import { oneLine } from "./fit-text.js";
import { formatCount } from "./format-count.js";
import { formatTime } from "./format-moment.js";

/** Returns two lines about the failures of one kind: a description, and the remedy. */
export function errorLines(error: ErrorGroup, nowMs: number): readonly [string, string] {
  const { type, status, count, firstAtMs, lastAtMs, message, remedy } = error;
  const kind = status === undefined ? type : `${type} ${status}`;
  const last = formatTime(lastAtMs, nowMs);
  const times = count === 1 ? last : `${formatTime(firstAtMs, nowMs)}–${last}`;
  return [`${kind} ×${formatCount(count)}, ${times}${placeOf(error)}: ${oneLine(message)}`, remedy];
}

/** Returns the place of a record in the form that `ostinato why` accepts. */
function placeOf({ id, line }: ErrorGroup): string {
  if (id !== undefined) return `, record ${oneLine(id)}`;
  return line === undefined ? "" : `, line ${formatCount(line)}`;
}
