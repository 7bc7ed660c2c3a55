import type { StepCounts } from "../../src/domain/graph/step-counts.js";

/** The steps of a pipeline as a table in Markdown, in the order in which their first rows came. */
export function stepTable(steps: StepCounts): string {
  return [
    "| step | done | failed | dropped |\n| --- | --- | --- | --- |",
    ...Object.entries(steps).map(
      ([name, { done, failed, dropped }]) => `| ${name} | ${done} | ${failed} | ${dropped} |`,
    ),
  ].join("\n");
}
