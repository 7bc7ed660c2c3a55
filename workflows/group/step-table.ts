import type { StepCounts } from "../../src/domain/graph/step-counts.js";

/**
 * Returns the steps of a pipeline as a Markdown table, in the order in which their first rows came.
 */
export function stepTable(steps: StepCounts): string {
  return [
    "| step | done | failed | dropped |\n| --- | --- | --- | --- |",
    ...Object.entries(steps).map(
      ([name, { done, failed, dropped }]) => `| ${name} | ${done} | ${failed} | ${dropped} |`,
    ),
  ].join("\n");
}
