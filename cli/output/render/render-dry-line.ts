import type { DryEstimate, DryLine } from "../../../src/client/batch/dry-run-batch.js";
import type { JsonObject } from "../../../src/domain/json/json.js";
import { formatCount, formatCountOf } from "../format/format-count.js";
import type { ShownLine } from "./render-batch.js";
import { callLines, textOf } from "./render-dry-row.js";

/** Renders one line of a dry run: each call with its prompt and answer, then its outputs. */
export function renderDryLine({ line_number: number, calls, end }: DryLine): string {
  const { output = {}, error, warnings = [] } = end;
  const at = error?.node === undefined ? "" : ` at ${error.node}`;
  return [
    `line ${number}: ${formatCountOf(calls.length, "call")}`,
    ...calls.flatMap(callLines),
    ...warnings.map((warning) => `  ${warning}`),
    ...(error ? [`  failed${at}: ${error.type}: ${error.message}`] : ["  => outputs"]),
    ...columns(output, "       "),
  ].join("\n");
}

export function renderDryEstimate({ lines, calls, promptTokens }: DryEstimate): string {
  const tokens = formatCountOf(promptTokens, "prompt token");
  return `All of it, if its lines are alike: ${formatCountOf(lines, "line")}, about ${formatCountOf(calls, "call")} and ${tokens}, without the answers.`;
}

/** Renders a line of a preview. */
export function renderPreviewLine(line: ShownLine): string {
  const { line_number: number, inputs, outputs = {}, error } = line;
  return [
    `line ${formatCount(number)}`,
    ...columns(inputs, "  "),
    ...(error ? [`  failed: ${error.type}: ${error.message}`] : ["  => outputs"]),
    ...columns(outputs, "     "),
    "",
  ].join("\n");
}

function columns(values: JsonObject, indent: string): readonly string[] {
  return Object.entries(values).flatMap(([name, value]) =>
    `${name}: ${textOf(value)}`
      .split("\n")
      .map((part, index) => `${indent}${index === 0 ? "" : "  "}${part}`),
  );
}
