import { problemLine } from "../../../src/client/pipeline/definition-error.js";
import type { PipelineReport } from "../../../src/client/pipeline/inspect-pipeline.js";
import { formatCountOf } from "../format/format-count.js";
import { renderTable } from "../terminal/table.js";

/** Renders the result of a check, with every problem and its line. */
export function renderPipelineCheck(report: PipelineReport): string {
  const { file, valid, problems, warnings, steps = [], targets = [] } = report;
  const sizes = `${formatCountOf(steps.length, "step")}, ${formatCountOf(targets.length, "model")}`;
  const result = valid
    ? `${file} is valid: ${sizes}`
    : `${file} is not valid: ${formatCountOf(problems.length, "problem")}`;
  return [
    result,
    ...problems.map((problem) => `  ${problemLine(problem)}`),
    ...warnings.map((warning) => `  warning: ${problemLine(warning)}`),
  ].join("\n");
}

/** Renders a table of the steps, and the models that they may ask. */
export function renderPipelineInfo(report: PipelineReport, width?: number): string {
  const { name = "", description, steps = [], targets = [] } = report;
  const rows = steps.map(({ name: step, use, after, reads, writes }) => [
    step,
    use,
    after.join(", "),
    reads.join(", "),
    writes.join(", "),
  ]);
  return [
    description === undefined ? name : `${name}: ${description}`,
    "",
    renderTable(["step", "use", "after", "reads", "writes"], rows, { width }),
    "",
    targets.length === 0 ? "It asks no model." : `It may ask ${targets.join(", ")}.`,
  ].join("\n");
}
