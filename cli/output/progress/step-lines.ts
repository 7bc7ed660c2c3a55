import stringWidth from "string-width";
import type { StepStatus } from "../../../src/client/status/step-status.js";
import { fitText } from "../format/fit-text.js";
import { formatCount } from "../format/format-count.js";

/** The live view of a pipeline's steps: one line each, as many as there is room for. */
export function stepLines(
  steps: readonly StepStatus[],
  { rows, columns }: { readonly rows: number; readonly columns: number },
): readonly string[] {
  const label = Math.max(0, ...steps.map(({ name }) => stringWidth(name)));
  const count = Math.max(1, ...steps.map(({ done }) => formatCount(done).length));
  const shown = steps.slice(0, Math.max(0, rows));
  const lines = shown.map((step) => {
    const facts = [
      `${formatCount(step.done).padStart(count)} done`,
      step.failed > 0 ? `${formatCount(step.failed)} failed` : "",
      step.dropped > 0 ? `${formatCount(step.dropped)} dropped` : "",
      step.inFlight > 0 ? `${formatCount(step.inFlight)} in flight` : "",
      step.waiting > 0 ? `${formatCount(step.waiting)} waiting for a slot` : "",
    ].filter((fact) => fact !== "");
    const text = `  ${fitText(step.name, label)}  ${facts.join("  ")}`;
    return fitText(text, columns - 1).trimEnd();
  });
  const hidden = steps.length - shown.length;
  return hidden > 0 && rows > 0 ? [...lines.slice(0, -1), `  ${hidden + 1} more steps`] : lines;
}
