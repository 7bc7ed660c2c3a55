import type { Stage, StageResult } from "../../src/domain/experiment/stages.js";

/** Returns the stages of an experiment as a Markdown table. */
export function stageTable(
  stages: readonly Stage[],
  now: { readonly ended: readonly StageResult[]; readonly running: Stage | undefined },
): string {
  const rows = stages.map(({ name }) => {
    const ended = now.ended.find((stage) => stage.name === name);
    if (ended) return `| ${name} | ${ended.completed} | ${ended.failed} |`;
    return `| ${name} | ${name === now.running?.name ? "runs" : ""} | |`;
  });
  return ["\n\n| stage | completed | failed |", "| --- | --- | --- |", ...rows].join("\n");
}
