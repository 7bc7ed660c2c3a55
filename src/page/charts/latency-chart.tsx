import { scaleLinear } from "d3-scale";
import type { JSX } from "preact";
import type { LatencyReport, ModelReport } from "../../domain/report/run-report.js";
import { formatMs } from "../parts/format.js";
import { useWidth } from "../parts/use-width.js";

const rowHeight = 48;
const margin = 8;

interface LatencyProps {
  readonly models: readonly ModelReport[];
}

/** Draws a box per model: middle half, 5th to 95th percentile, median. */
export function LatencyChart({ models }: LatencyProps): JSX.Element {
  const [element, width] = useWidth();
  const rows = models.flatMap(({ model, latency }) => (latency ? [{ model, latency }] : []));
  const longest = Math.max(...rows.map(({ latency }) => latency.p95Ms), 1);
  const x = scaleLinear()
    .domain([0, longest])
    .range([margin, Math.max(margin, width - margin)])
    .nice(4);
  const height = rows.length * rowHeight + 24;
  const label = rows.map(({ model, latency }) => `${model}: ${textOf(latency)}`).join("; ");
  return (
    <div ref={element} class="chart">
      {width === 0 ? null : (
        <svg width={width} height={height} role="img" aria-label={label}>
          {x.ticks(width < 360 ? 3 : 4).map((tick) => (
            <g key={tick} transform={`translate(${x(tick)} 0)`}>
              <line class="grid" y2={height - 20} />
              <text class={`tick ${tick === 0 ? "" : "middle"}`} y={height - 6}>
                {formatMs(tick)}
              </text>
            </g>
          ))}
          {rows.map(({ model, latency }, place) => (
            <g key={model} transform={`translate(0 ${place * rowHeight})`}>
              <text class="mark-label" x={margin} y="14">
                {model}
              </text>
              <text class="mark-text end" x={width - margin} y="14">
                {formatMs(latency.medianMs)}
              </text>
              <g class="box">
                <line x1={x(latency.p5Ms)} x2={x(latency.p95Ms)} y1="29" y2="29" />
                <rect
                  x={x(latency.p25Ms)}
                  width={Math.max(2, x(latency.p75Ms) - x(latency.p25Ms))}
                  y="22"
                  height="14"
                  rx="3"
                />
                <line
                  class="median"
                  x1={x(latency.medianMs)}
                  x2={x(latency.medianMs)}
                  y1="20"
                  y2="38"
                />
              </g>
              <title>{textOf(latency)}</title>
            </g>
          ))}
        </svg>
      )}
    </div>
  );
}

function textOf({ medianMs, p5Ms, p95Ms, maxMs }: LatencyReport): string {
  return `median ${formatMs(medianMs)}, 5 % under ${formatMs(p5Ms)}, 5 % over ${formatMs(p95Ms)}, longest ${formatMs(maxMs)}`;
}
