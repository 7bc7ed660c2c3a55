import type { DryCall, DryRow } from "../../../src/client/pipeline/dry-walks.js";
import type { JsonValue } from "../../../src/domain/json/json.js";
import { formatCountOf } from "../format/format-count.js";

/**
 * Renders one row of a dry run: each call with its prompt and answer, then the row at each leaf.
 */
export function renderDryRow({ position, segment, calls, result }: DryRow): string {
  const { rows, failures, dropped } = result;
  const drops = Object.entries(dropped).map(
    ([step, count]) => `dropped by ${step}: ${formatCountOf(count, "row")}`,
  );
  return [
    `row ${position + 1}${segment === undefined ? "" : ` of segment ${segment}`}: ${formatCountOf(calls.length, "call")}`,
    ...calls.flatMap(callLines),
    ...failures.map(({ step, type, message }) => `  failed at ${step}: ${type}: ${message}`),
    ...drops.map((line) => `  ${line}`),
    ...rows.flatMap(({ leaf, path, row }) => [
      `  => ${leaf}${path}`,
      ...Object.entries(row).map(([column, value]) => `       ${column}: ${textOf(value)}`),
    ]),
  ].join("\n");
}

/** Returns the lines of a call with its prompt, and its answer or its error. */
export function callLines(call: DryCall): readonly string[] {
  const { step, target, prompt, response, error } = call;
  return [
    `  ${step} asks ${target}`,
    ...indented(textOf(typeof prompt === "string" ? prompt : [...prompt]), "> "),
    ...(response === undefined ? [] : indented(textOf(response), "< ")),
    ...(error === undefined ? [] : indented(error, "! ")),
  ];
}

function indented(text: string, mark: string): readonly string[] {
  return text.split("\n").map((line, index) => `     ${index === 0 ? mark : "  "}${line}`);
}

/** Returns text unchanged, anything else as JSON. */
export function textOf(value: JsonValue): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
