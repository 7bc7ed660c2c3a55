import { formatMoney } from "../domain/money/format-money.js";
import type { RunReport } from "../domain/report/run-report.js";
import { gitText, inText, millisecondsText, rangeText, section, table } from "./markdown-table.js";

/** Formats a run's report as Markdown, with tables of its figures and without its records. */
export function reportMarkdown(report: RunReport): string {
  const { name, kind, state, books, reproduce, judgesMoney } = report;
  const parts = [
    `# ${inText(name)}`,
    `${kind}, ${state}${timesOf(report)}`,
    table(
      ["input", "completed", "failed", "dropped", "open"],
      [[books.input, books.completed, books.failed, books.dropped, books.open]],
    ),
    section("Models", modelTable(report)),
    section("Other stages", moneyTable(report)),
    section("Failures", failureTable(report)),
    section("Scores", scoreTable(report)),
    section("Verdicts", verdictTable(report)),
    judgesMoney ? `The judges cost ${moneyText(judgesMoney.dollars, judgesMoney.unpriced)}.` : "",
    section("Metrics", metricTable(report)),
    section("Steps", stepTable(report)),
    section("Cost by step", stepCostTable(report)),
    "## How to reproduce",
    table(
      ["what", "value"],
      [
        ...(reproduce.command === undefined ? [] : [["command", reproduce.command]]),
        ...(reproduce.prices === undefined ? [] : [["prices", reproduce.prices]]),
        ...(reproduce.git ? [["git", gitText(reproduce.git)]] : []),
        ...Object.entries(reproduce.versions),
        ...reproduce.files.map(({ role, path, sha256 }) => [role, `${path}, sha256 ${sha256}`]),
        ...Object.entries(reproduce.settings).map(([key, value]) => [key, JSON.stringify(value)]),
      ],
    ),
  ];
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

function modelTable({ models }: RunReport): string {
  return table(
    [
      "model",
      "completed",
      "failed",
      "median",
      "95 % within",
      "tokens in",
      "tokens out",
      "cost",
      "reused",
    ],
    models.map(({ model, completed, failed, latency, tokens, money, reused }) => [
      ...[model, completed, failed],
      latency && millisecondsText(latency.medianMs),
      latency && millisecondsText(latency.p95Ms),
      ...[tokens?.input, tokens?.output],
      money && moneyText(money.dollars, money.unpriced),
      reused && `${reused.answers}, saved ${formatMoney(reused.dollars)}`,
    ]),
  );
}

/** Returns a table of the costs that are not in the table of models. */
function moneyTable({ stageMoney = [] }: RunReport): string {
  return table(
    ["stage", "cost in dollars", "answers of unknown price"],
    stageMoney.map(({ stage, dollars, unpriced }) => [stage, dollars, unpriced]),
  );
}

function failureTable({ failures }: RunReport): string {
  return table(
    ["kind", "records", "example"],
    failures.map(({ type, records, example }) => [type, records, example]),
  );
}

function scoreTable({ scores }: RunReport): string {
  return table(
    ["scorer", "of", "mean", "95 %", "scored", "not scored"],
    scores.map(({ scorer, model, group, mean, interval, scored, unscored }) => [
      ...[scorer, model ?? group ?? "all", mean, rangeText(interval), scored, unscored],
    ]),
  );
}

function verdictTable({ verdicts }: RunReport): string {
  return table(
    ["judge", "template", "mean", "95 %", "scored", "not scored", "labels"],
    verdicts.map(({ judge, template, mean, interval, scored, unscored, labels = [] }) => [
      ...[judge, template, mean, rangeText(interval), scored, unscored],
      labels.map(({ label, records }) => `${label}: ${records}`).join(", "),
    ]),
  );
}

function metricTable({ metrics = {}, batchErrors = [] }: RunReport): string {
  const rows = Object.entries(metrics).map(([name, value]) => [
    name,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  return table(["metric", "value"], [...rows, ...batchErrors.map((error) => ["error", error])]);
}

function stepTable({ graph }: RunReport): string {
  return table(
    ["step", "done", "failed", "dropped"],
    (graph?.steps ?? []).map(({ name, done, failed, dropped }) => [name, done, failed, dropped]),
  );
}

function stepCostTable({ stepCosts = [] }: RunReport): string {
  return table(
    ["step", "calls", "cost", "tokens in", "tokens out"],
    stepCosts.map(({ step, calls, cost, unknownCalls, tokens }) => [
      ...[step, calls, moneyText(cost, unknownCalls), tokens.input, tokens.output],
    ]),
  );
}

function moneyText(dollars: number, unpriced: number): string {
  return `${formatMoney(dollars)}${unpriced > 0 ? ` and ${unpriced} of unknown price` : ""}`;
}

function timesOf({ startedAt, finishedAt }: RunReport): string {
  const started = startedAt === undefined ? "" : `, started ${new Date(startedAt).toISOString()}`;
  const ended = finishedAt === undefined ? "" : `, ended ${new Date(finishedAt).toISOString()}`;
  return started + ended;
}
