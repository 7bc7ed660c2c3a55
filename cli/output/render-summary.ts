import pico from "picocolors";
import type { ExperimentStatus, Summary } from "../../src/index.js";
import { formatDuration } from "../../src/index.js";
import { formatCount } from "./format-count.js";
import { oneLine } from "./fit-text.js";
import { renderScores } from "./render-scores.js";
import type { Screen } from "./screen.js";
import { stageText } from "./stage-text.js";

/** What an ended experiment brought, for people. */
export function renderSummary(
  status: ExperimentStatus,
  summary: Summary | undefined,
  screen: Screen,
): string[] {
  const colours = pico.createColors(screen.colours);
  const { completed, failed, records, startedAt, finishedAt, repeatedCalls = 0 } = status;
  const counts = [
    colours.green(`${formatCount(completed)} completed`),
    failed > 0 ? colours.red(`${formatCount(failed)} failed`) : "none failed",
  ].join(", ");
  const took =
    startedAt !== undefined && finishedAt !== undefined
      ? ` in ${formatDuration(finishedAt - startedAt)}`
      : "";
  const facts: [title: string, text: string][] = [];
  if (status.error !== undefined) facts.push(["error", oneLine(status.error)]);
  if (summary) facts.push(...summaryFacts(summary));
  if (repeatedCalls > 0) {
    facts.push([
      "repeated",
      `${formatCount(repeatedCalls)} calls, as a process died before their answer was kept`,
    ]);
  }
  facts.push(...stageFacts(status));
  if (status.webUi !== undefined) facts.push(["Web UI", status.webUi]);
  return [
    `${oneLine(status.name)} ${status.state}: ${counts} of ${formatCount(records)}${took}`,
    ...facts.map(([title, text]) => `  ${colours.dim(title.padEnd(9))} ${text}`),
    ...(status.scores ? [renderScores(status.scores)] : []),
  ];
}

function stageFacts({ stages = [], rephrasedFile }: ExperimentStatus): [string, string][] {
  const facts = stages.map((stage): [string, string] => ["stage", oneLine(stageText(stage))]);
  const { failed = 0 } = stages.find(({ kind }) => kind === "rephrase") ?? {};
  if (failed > 0) facts.push(["left out", `${formatCount(failed)} rephrases that failed`]);
  if (rephrasedFile !== undefined) facts.push(["prompts", rephrasedFile]);
  return facts;
}

function summaryFacts(summary: Summary): [title: string, text: string][] {
  const facts: [title: string, text: string][] = [];
  const failures = summary.failures.map(({ type, records }) => `${formatCount(records)} ${type}`);
  if (failures.length > 0) facts.push(["failed", oneLine(failures.join(", "))]);
  for (const { target, input, output } of summary.tokens) {
    facts.push([
      "tokens",
      `${oneLine(target)}: ${formatCount(input)} in, ${formatCount(output)} out`,
    ]);
  }
  if (summary.latency) {
    const { medianMs, p95Ms } = summary.latency;
    facts.push(["latency", `median ${milliseconds(medianMs)}, 95 % within ${milliseconds(p95Ms)}`]);
  }
  return facts;
}

function milliseconds(durationMs: number): string {
  return durationMs < 1000 ? `${formatCount(durationMs)} ms` : formatDuration(durationMs);
}
