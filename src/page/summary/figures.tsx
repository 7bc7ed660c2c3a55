import type { JSX } from "preact";
import type { RunReport } from "../../domain/report/run-report.js";
import { GraphChart } from "../charts/graph-chart.js";
import { LatencyChart } from "../charts/latency-chart.js";
import { PaceChart } from "../charts/pace-chart.js";
import { BarList } from "../charts/bar-list.js";
import { IntervalChart } from "../charts/interval-chart.js";
import type { IntervalRow } from "../charts/interval-chart.js";
import { formatCompact, formatCount, formatDollars, formatNumber } from "../parts/format.js";
import { Card, Section } from "../parts/section.js";
import { moneyNote } from "../../domain/report/money-note.js";
import { everyRecord } from "../../domain/report/record-query.js";
import type { ChangeView } from "../view/view-state.js";
import { Metrics } from "./metrics.js";
import { StepCosts } from "./step-costs.js";
import { Agreement, VerdictLabels } from "./verdicts.js";

interface FiguresProps {
  readonly report: RunReport;
  readonly change: ChangeView;
}

export function Figures({ report, change }: FiguresProps): JSX.Element {
  const { pace, graph, kind } = report;
  return (
    <Section id="figures" title="Figures">
      <div class="cards">
        <Metrics report={report} />
        {pace ? (
          <Card title="Calls over time" note={paceNote(pace.bucketMs)} wide>
            <PaceChart pace={pace} />
          </Card>
        ) : null}
        {graph ? (
          <Card title={kind === "batch" ? "Flow" : "Pipeline"} note={graphNotes[kind]} wide>
            <GraphChart graph={graph} />
          </Card>
        ) : null}
        <Models report={report} />
        <StepCosts report={report} />
        <Failures report={report} change={change} />
        <Scores report={report} />
      </div>
    </Section>
  );
}

const graphNotes: Readonly<Record<RunReport["kind"], string>> = {
  experiment: "",
  pipeline: "Rows on each way. A step shows done, failed and dropped.",
  batch: "Lines on each way. A node shows done, failed and bypassed as dropped.",
};

function paceNote(bucketMs: number): string {
  const seconds = bucketMs / 1_000;
  const bucket = seconds < 60 ? `${seconds} s` : `${seconds / 60} min`;
  return `Calls a minute, from the calls in each ${bucket}.`;
}

function Models({ report }: Pick<FiguresProps, "report">): JSX.Element {
  const { models } = report;
  const timed = models.filter(({ latency }) => latency !== undefined);
  const counted = models.flatMap(({ model, tokens }) => (tokens ? [{ model, ...tokens }] : []));
  const priced = models.flatMap(({ model, money }) => (money ? [{ model, ...money }] : []));
  return (
    <>
      {timed.length === 0 ? null : (
        <Card title="Latency" note="Middle half, 5th to 95th percentile, and the median.">
          <LatencyChart models={timed} />
        </Card>
      )}
      {counted.length === 0 ? null : (
        <Card title="Tokens" note="As the APIs count them.">
          <BarList
            legend={["input", "output"]}
            rows={counted.map(({ model, input, output }) => ({
              label: model,
              parts: [input, output],
              text: `${formatCompact(input)} in, ${formatCompact(output)} out`,
            }))}
          />
        </Card>
      )}
      {priced.length === 0 ? null : (
        <Card title="Money" note={moneyNote(report.reproduce)}>
          <BarList
            rows={priced.map(({ model, dollars, unpriced }) => ({
              label: model,
              parts: [dollars],
              text: `${formatDollars(dollars)}${unpriced > 0 ? `, ${formatCount(unpriced)} unknown` : ""}`,
            }))}
          />
        </Card>
      )}
    </>
  );
}

function Failures({ report, change }: FiguresProps): JSX.Element | null {
  const { failures } = report;
  if (failures.length === 0) return null;
  return (
    <Card title="Failures by kind" note="Choose a kind to see its records.">
      <BarList
        tone="bad"
        rows={failures.map(({ type, records, example }) => ({
          label: type,
          parts: [records],
          text: formatCount(records),
          detail: example,
          onChoose: () => {
            change({ query: { ...everyRecord, errors: [type] } });
            document.getElementById("records")?.scrollIntoView();
          },
        }))}
      />
    </Card>
  );
}

function Scores({ report }: Pick<FiguresProps, "report">): JSX.Element {
  const { scores, verdicts, agreement, finishedAt } = report;
  const rated = verdicts.filter(({ mean }) => mean !== undefined);
  const labelled = verdicts.filter(({ labels }) => labels !== undefined);
  return (
    <>
      {scores.every(({ mean }) => mean === undefined) ? null : (
        <Card
          title="Scores"
          note={`Means with their 95 % intervals${finishedAt === undefined ? ", of the new answers so far" : ""}.`}
        >
          <IntervalChart
            rows={scores.map(({ scorer, model, group, ...row }) =>
              intervalRow(
                [scorer, model, group].filter((part) => part !== undefined).join(" · "),
                row,
              ),
            )}
          />
        </Card>
      )}
      {rated.length === 0 ? null : (
        <Card title="Verdicts" note="Means of the judges with their 95 % intervals.">
          <IntervalChart
            rows={rated.map(({ judge, template, ...row }) =>
              intervalRow(`${judge} · ${template}`, row),
            )}
          />
        </Card>
      )}
      {labelled.length === 0 ? null : (
        <Card title="Labels" note="Answers by the label that a judge gave.">
          <VerdictLabels verdicts={labelled} />
        </Card>
      )}
      {agreement ? (
        <Card title="Agreement of judges" note="Beyond chance: 1 is full agreement, 0 is chance.">
          <Agreement agreement={agreement} />
        </Card>
      ) : null}
    </>
  );
}

function intervalRow(
  label: string,
  { mean, interval, scored }: Omit<IntervalRow, "label" | "text"> & { readonly scored: number },
): IntervalRow {
  const range = interval
    ? ` (${formatNumber(interval.low)} to ${formatNumber(interval.high)})`
    : "";
  const text =
    mean === undefined ? "no number" : `${formatNumber(mean)}${range}, n = ${formatCount(scored)}`;
  return { label, mean, interval, text };
}
