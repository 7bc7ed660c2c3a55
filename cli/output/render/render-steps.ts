import type { StepStatus } from "../../../src/client/status/step-status.js";
import { formatCount } from "../format/format-count.js";
import { shortCost } from "../format/money-text.js";
import { renderTable } from "../terminal/table.js";

/** Renders a table with one line per step of a pipeline. */
export function renderSteps(steps: readonly StepStatus[], width?: number): string {
  const hasCost = steps.some(({ spending }) => spending !== undefined);
  const head = [
    ...["step", "use", "done", "failed", "dropped", "in flight", "waiting"],
    ...(hasCost ? ["cost"] : []),
  ];
  const rows = steps.map((step) => [
    step.name,
    step.models?.join(", ") ?? step.use,
    ...[step.done, step.failed, step.dropped, step.inFlight].map(formatCount),
    step.waiting > 0 ? `${formatCount(step.waiting)} for a slot` : "0",
    ...(hasCost ? [shortCost(step.spending)] : []),
  ]);
  return renderTable(head, rows, { width, expendable: ["use"] });
}
