import { scaleLinear } from "d3-scale";
import type { JSX } from "preact";
import type { PairMetric } from "../../domain/report/pair-report.js";
import { everyPair, metricKey } from "../../domain/report/pair-query.js";
import type { PairFilter, PairQuery } from "../../domain/report/pair-query.js";
import { formatCount } from "../parts/format.js";
import { formatDifference, formatMetric, metricTitle, trendOf } from "./metric-format.js";
import type { ChangePairView } from "./pair-view-state.js";

interface MetricsProps {
  readonly metrics: readonly PairMetric[];
  readonly query: PairQuery;
  readonly change: ChangePairView;
}

/** The mean differences, each with its interval. */
export function MetricsTable({ metrics, change }: MetricsProps): JSX.Element {
  const show = (metric: PairMetric, filter: PairFilter): void => {
    change({ query: { ...everyPair, metric: metricKey(metric), show: filter } });
    document.getElementById("records")?.scrollIntoView();
  };
  return (
    <div class="metrics-card">
      <table class="metrics">
        <caption>
          Means per record, over the records that have the number in both. The band is the 95 %
          interval of the difference. If it spans 0, chance alone may explain the difference.
        </caption>
        <thead>
          <tr>
            <th scope="col">Measure</th>
            <th scope="col" class="number">
              A
            </th>
            <th scope="col" class="number">
              B
            </th>
            <th scope="col" class="number">
              B − A
            </th>
            <th scope="col">95 % interval</th>
            <th scope="col">Reading</th>
            <th scope="col" class="number">
              Worse
            </th>
            <th scope="col" class="number">
              Better
            </th>
            <th scope="col" class="number">
              Compared
            </th>
          </tr>
        </thead>
        <tbody>
          {metrics.map((metric) => (
            <MetricRow key={metricKey(metric)} metric={metric} onShow={show} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

const readings = { worse: "worse", better: "better", unclear: "no clear change" } as const;
const tones = { worse: "state-failed", better: "state-finished", unclear: "tone-same" } as const;

interface RowProps {
  readonly metric: PairMetric;
  readonly onShow: (metric: PairMetric, filter: PairFilter) => void;
}

function MetricRow({ metric, onShow }: RowProps): JSX.Element {
  const { kind, first, second, difference, worse, better, compared } = metric;
  const trend = trendOf(metric);
  return (
    <tr>
      <th scope="row">{metricTitle(metric)}</th>
      <td class="number" data-label="A">
        {formatMetric(kind, first)}
      </td>
      <td class="number" data-label="B">
        {formatMetric(kind, second)}
      </td>
      <td class="number difference" data-label="B − A">
        {formatDifference(kind, difference)}
      </td>
      <td class="cell-interval">
        <IntervalBand metric={metric} />
      </td>
      <td class="cell-reading">
        <span class={`chip small ${tones[trend]}`}>{readings[trend]}</span>
      </td>
      <td class="number" data-label="Worse">
        <CountLink
          count={worse}
          name={`worse by ${metricTitle(metric)}`}
          onShow={() => onShow(metric, "worse")}
        />
      </td>
      <td class="number" data-label="Better">
        <CountLink
          count={better}
          name={`better by ${metricTitle(metric)}`}
          onShow={() => onShow(metric, "better")}
        />
      </td>
      <td class="number" data-label="Compared">
        {formatCount(compared)}
      </td>
    </tr>
  );
}

interface CountProps {
  readonly count: number;
  readonly name: string;
  readonly onShow: () => void;
}

function CountLink({ count, name, onShow }: CountProps): JSX.Element {
  if (count === 0) return <>0</>;
  return (
    <button type="button" class="link" onClick={onShow} aria-label={`Show the ${count} ${name}`}>
      {formatCount(count)}
    </button>
  );
}

const width = 150;
const height = 22;
const edge = 6;

/** An interval around 0, on its own scale. */
function IntervalBand({ metric }: { readonly metric: PairMetric }): JSX.Element {
  const { kind, difference, interval } = metric;
  const { low = difference, high = difference } = interval ?? {};
  const largest = Math.max(Math.abs(low), Math.abs(high), Number.MIN_VALUE);
  const x = scaleLinear()
    .domain([-largest, largest])
    .range([edge, width - edge]);
  const text = interval
    ? `${formatDifference(kind, low)} to ${formatDifference(kind, high)}`
    : "no interval";
  return (
    <>
      <svg
        class={`band is-${trendOf(metric)}`}
        viewBox={`0 0 ${width} ${height}`}
        width={width}
        height={height}
        aria-hidden="true"
      >
        <line class="zero" x1={x(0)} x2={x(0)} y2={height} />
        {interval ? (
          <line class="interval" x1={x(low)} x2={x(high)} y1={height / 2} y2={height / 2} />
        ) : null}
        <circle class="mean" cx={x(difference)} cy={height / 2} r="4.5" />
      </svg>
      <span class="band-text">{text}</span>
    </>
  );
}
