import { scaleLinear, scaleTime } from "d3-scale";
import type { ScaleLinear, ScaleTime } from "d3-scale";
import type { JSX } from "preact";
import type { Pace } from "../../domain/report/run-report.js";
import { formatCompact, formatCount, formatTime } from "../parts/format.js";
import { useWidth } from "../parts/use-width.js";

const height = 220;
const margin = { top: 18, right: 12, bottom: 24, left: 44 };

interface Scales {
  readonly x: ScaleTime<number, number>;
  readonly y: ScaleLinear<number, number>;
}

/** Draws calls per minute over time, with the sum of the limits. */
export function PaceChart({ pace }: { readonly pace: Pace }): JSX.Element {
  const [element, width] = useWidth();
  const perMinute = 60_000 / pace.bucketMs;
  const limit = limitOf(pace);
  const totals = pace.answered.map((count, bucket) => count + (pace.failed[bucket] ?? 0));
  const highest = Math.max(...totals) * perMinute;
  // If the limit were far above all calls, they would all look like one line.
  const top = limit !== undefined && limit <= highest * 4 ? Math.max(limit, highest) : highest;
  const end = pace.startMs + totals.length * pace.bucketMs;
  const scales: Scales = {
    x: scaleTime()
      .domain([pace.startMs, end])
      .range([margin.left, Math.max(margin.left, width - margin.right)]),
    y: scaleLinear()
      .domain([0, top * 1.05])
      .range([height - margin.bottom, margin.top]),
  };
  const calls = totals.reduce((sum, count) => sum + count, 0);
  const against = limit === undefined ? "" : `, limit ${formatCount(limit)} a minute`;
  const label = `${formatCount(calls)} calls from ${formatTime(pace.startMs)} to ${formatTime(end)}, at most ${formatCount(Math.round(highest))} a minute${against}`;
  return (
    <div ref={element} class="chart">
      {pace.failed.some((count) => count > 0) ? (
        <p class="legend" aria-hidden="true">
          <span>
            <i class="swatch of-answered" /> answered
          </span>
          <span>
            <i class="swatch of-failed" /> failed or held back by a limit
          </span>
        </p>
      ) : null}
      {width === 0 ? null : (
        <svg width={width} height={height} role="img" aria-label={label}>
          <Axes {...scales} width={width} />
          <Columns {...scales} pace={pace} />
          {limit === undefined || limit > top ? null : (
            <g class="limit" transform={`translate(0 ${scales.y(limit)})`}>
              <line x1={margin.left} x2={width - margin.right} />
              <text class="end" x={width - margin.right} y="-5">
                limit {formatCount(limit)} a minute
              </text>
            </g>
          )}
        </svg>
      )}
    </div>
  );
}

function Columns({ x, y, pace }: Scales & { readonly pace: Pace }): JSX.Element {
  const perMinute = 60_000 / pace.bucketMs;
  return (
    <>
      {pace.answered.map((answered, bucket) => {
        const failed = pace.failed[bucket] ?? 0;
        const from = pace.startMs + bucket * pace.bucketMs;
        const left = x(from);
        const width = Math.max(1, x(from + pace.bucketMs) - left - 1);
        const middle = y(answered * perMinute);
        const top = y((answered + failed) * perMinute);
        return (
          <g key={bucket}>
            <rect class="answered" x={left} width={width} y={middle} height={y(0) - middle} />
            <rect class="failed" x={left} width={width} y={top} height={middle - top} />
            <title>
              {`${formatTime(from)}: ${answered} answered, ${failed} failed or held back`}
            </title>
          </g>
        );
      })}
    </>
  );
}

function Axes({ x, y, width }: Scales & { readonly width: number }): JSX.Element {
  const format = x.tickFormat();
  return (
    <>
      {y.ticks(4).map((tick) => (
        <g key={tick} transform={`translate(0 ${y(tick)})`}>
          <line class="grid" x1={margin.left} x2={width - margin.right} />
          <text class="tick end" x={margin.left - 8} y="4">
            {formatCompact(tick)}
          </text>
        </g>
      ))}
      {x.ticks(width < 500 ? 3 : 7).map((tick) => (
        <text key={tick.getTime()} class="tick middle" x={x(tick)} y={height - 6}>
          {format(tick)}
        </text>
      ))}
    </>
  );
}

/** Returns the sum of the limits. Groups with the same key share a limit. */
function limitOf({ limits }: Pace): number | undefined {
  const byKey = new Map<string, number>();
  for (const { key, requestsPerMinute } of limits) {
    byKey.set(key, Math.max(byKey.get(key) ?? 0, requestsPerMinute));
  }
  return byKey.size === 0 ? undefined : [...byKey.values()].reduce((sum, one) => sum + one, 0);
}
