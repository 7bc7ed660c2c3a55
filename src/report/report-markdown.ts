import { escapeMarkdown } from "../domain/markdown-text.js";
import type { RunReport } from "../domain/report/run-report.js";

/** A run's report as Markdown: its figures as tables, without its records. */
export function reportMarkdown(report: RunReport): string {
  const { name, kind, state, books, reproduce } = report;
  const parts = [
    `# ${inText(name)}`,
    `${kind}, ${state}${timesOf(report)}`,
    table(
      ["input", "completed", "failed", "dropped", "open"],
      [[books.input, books.completed, books.failed, books.dropped, books.open]],
    ),
    section("Models", modelTable(report)),
    section("Failures", failureTable(report)),
    section("Scores", scoreTable(report)),
    section("Verdicts", verdictTable(report)),
    section("Steps", stepTable(report)),
    "## How to reproduce",
    table(
      ["what", "value"],
      [
        ...Object.entries(reproduce.versions),
        ...reproduce.files.map(({ role, path, sha256 }) => [role, `${path}, sha256 ${sha256}`]),
        ...Object.entries(reproduce.settings).map(([key, value]) => [key, JSON.stringify(value)]),
      ],
    ),
  ];
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

type Cell = string | number | undefined;

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
      latency && `${latency.medianMs} ms`,
      latency && `${latency.p95Ms} ms`,
      ...[tokens?.input, tokens?.output],
      money && `$${money.dollars}${money.unpriced > 0 ? ` and ${money.unpriced} unknown` : ""}`,
      reused && `${reused.answers}, saved $${Number(reused.dollars.toPrecision(6))}`,
    ]),
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

function stepTable({ graph }: RunReport): string {
  return table(
    ["step", "done", "failed", "dropped"],
    (graph?.steps ?? []).map(({ name, done, failed, dropped }) => [name, done, failed, dropped]),
  );
}

function timesOf({ startedAt, finishedAt }: RunReport): string {
  const started = startedAt === undefined ? "" : `, started ${new Date(startedAt).toISOString()}`;
  const ended = finishedAt === undefined ? "" : `, ended ${new Date(finishedAt).toISOString()}`;
  return started + ended;
}

function rangeText(
  interval: { readonly low: number; readonly high: number } | undefined,
): string | undefined {
  return interval && `${interval.low} to ${interval.high}`;
}

function section(title: string, content: string): string {
  return content === "" ? "" : `## ${title}\n\n${content}`;
}

/** Empty without rows. */
function table(heads: readonly string[], rows: readonly (readonly Cell[])[]): string {
  if (rows.length === 0) return "";
  const lines = [heads, heads.map(() => "---"), ...rows];
  return lines.map((cells) => `| ${cells.map(cellText).join(" | ")} |`).join("\n");
}

function cellText(cell: Cell): string {
  if (typeof cell === "number") return String(Number(cell.toPrecision(6)));
  return inText(cell ?? "");
}

const longestCell = 200;

/** Text of a user or an API that means nothing to Markdown. */
function inText(text: string): string {
  const short = text.slice(0, longestCell).replaceAll(/\s+/g, " ");
  return escapeMarkdown(short);
}
