import type { LimitStatus } from "../../src/index.js";
import { formatCount } from "./format-count.js";
import { renderTable } from "./table.js";

/** Limits, a line a key: what is in force, what a cap allows, and who shares it. */
export function renderLimits(limits: readonly LimitStatus[]): string {
  const head = ["key", "a minute", "in flight", "cap a minute", "cap in flight", "used by"];
  const rows = limits.map((limit) => [
    limit.key,
    optionalCount(limit.requestsPerMinute),
    formatCount(limit.calls),
    optionalCount(limit.cap.requestsPerMinute),
    optionalCount(limit.cap.inFlight),
    usedBy(limit),
  ]);
  return renderTable(head, rows);
}

function usedBy({ answered, holders }: LimitStatus): string {
  if (!answered) return "unknown, as no worker answers";
  return holders.map(({ group }) => group).join(", ");
}

function optionalCount(count: number | undefined): string {
  return count === undefined ? "-" : formatCount(count);
}
