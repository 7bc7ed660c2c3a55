import { isOver } from "../../../src/client/status/status.js";
import type { ExperimentStatus } from "../../../src/client/status/status.js";
import type { Summary } from "../../../src/report/summary.js";
import { shellWord } from "../../../src/domain/shell-word.js";
import { formatDuration } from "../../../src/settings/duration.js";
import { aggregationFacts, endText } from "../format/aggregation-facts.js";
import { renderFacts } from "../format/facts.js";
import type { Fact } from "../format/facts.js";
import { failureFacts } from "../format/failure-facts.js";
import { oneLine } from "../format/fit-text.js";
import { formatCount, formatCountOf } from "../format/format-count.js";
import { costText } from "../format/money-text.js";
import { heldText } from "../format/held-text.js";
import { outcomeCounts } from "../format/outcome-counts.js";
import { blockedSentences } from "../progress/news.js";
import { renderScoresOf } from "./render-scores.js";
import type { Screen } from "../terminal/screen.js";
import { acceptedText } from "../format/accepted-text.js";
import { stageText } from "../format/stage-text.js";

/** Renders the summary of an ended experiment. */
export function renderSummary(
  status: ExperimentStatus,
  summary: Summary | undefined,
  screen: Screen,
): string[] {
  const { name, records, startedAt, finishedAt } = status;
  const took =
    startedAt !== undefined && finishedAt !== undefined
      ? ` in ${formatDuration(finishedAt - startedAt)}`
      : "";
  const facts: readonly Fact[] = [
    ["error", status.error ?? ""],
    // Of an ended run: its files were moved or deleted.
    ...(isOver(status.state) ? status.problems.map((text): Fact => ["problem", text]) : []),
    ...blockedFacts(status),
    ...aggregationFacts(status),
    ["accepted", acceptedText(status)],
    ...(summary
      ? [
          ...failureFacts(summary.failures, name),
          ...failedStepFacts(status),
          ...summaryFacts(summary),
          timeFact(status, summary),
        ]
      : []),
    ["cost", costText(status)],
    ["repeated", repeatedText(status)],
    ["held", heldText(status)],
    ...stageFacts(status),
    ["Web UI", status.webUi ?? ""],
  ];
  return [
    `${oneLine(name)} ${endText(status)}: ${outcomeCounts(status, screen)} of ${formatCount(records)}${took}`,
    ...renderFacts(facts, screen).map((line) => `  ${line}`),
    ...renderScoresOf(status, screen.columns),
  ];
}

/** Repeats why the experiment is blocked. The first message may be hours old. */
function blockedFacts(status: ExperimentStatus): readonly Fact[] {
  if (status.state !== "blocked") return [];
  return blockedSentences(status).map((sentence) => ["blocked", sentence]);
}

/**
 * Names the steps that failed. Their rows may be completed, because a failed branch of a group gives
 * `null`.
 */
function failedStepFacts({ name, failed, steps = [] }: ExperimentStatus): readonly Fact[] {
  const failing = steps.filter((step) => step.failed > 0);
  if (failing.length === 0) return [];
  const counts = failing.map((step) => `${step.name} (${formatCount(step.failed)})`).join(", ");
  const remedy = `The rows are completed without these values. Ask again: ostinato retry-failed ${shellWord(name)}`;
  return [
    ["failed at", counts],
    ["", failed === 0 ? remedy : ""],
  ];
}

function summaryFacts({ reused, cut, withheld, tokens }: Summary): readonly Fact[] {
  return [
    ["cut off", cut > 0 ? `${formatCountOf(cut, "answer")} at the maximum length` : ""],
    [
      "withheld",
      withheld > 0 ? `${formatCountOf(withheld, "answer")} by the model or a filter` : "",
    ],
    ["reused", reused > 0 ? `${formatCountOf(reused, "answer")} of earlier runs` : ""],
    ...tokens.map(({ target, input, output }): Fact => {
      return ["tokens", `${target}: ${formatCount(input)} in, ${formatCount(output)} out`];
    }),
  ];
}

/** A row walks several steps and waits for the slots of their calls, a record is one call. */
function timeFact({ steps }: ExperimentStatus, { latency }: Summary): Fact {
  if (!latency) return ["latency", ""];
  const { medianMs, p95Ms } = latency;
  const text = `median ${milliseconds(medianMs)}, 95 % within ${milliseconds(p95Ms)}`;
  return steps ? ["row time", `${text}, with waits`] : ["latency", text];
}

function repeatedText({ repeatedCalls = 0 }: ExperimentStatus): string {
  if (repeatedCalls === 0) return "";
  return `${formatCountOf(repeatedCalls, "call")}; a process died before it saved the answers`;
}

function stageFacts({ stages = [], rephrasedFile = "" }: ExperimentStatus): readonly Fact[] {
  const { failed = 0 } = stages.find(({ kind }) => kind === "rephrase") ?? {};
  return [
    ...stages.map((stage): Fact => ["stage", stageText(stage)]),
    ["left out", failed > 0 ? `${formatCountOf(failed, "rephrase")} that failed` : ""],
    ["prompts", rephrasedFile],
  ];
}

function milliseconds(durationMs: number): string {
  return durationMs < 1000 ? `${formatCount(durationMs)} ms` : formatDuration(durationMs);
}
