import { scaleLinear } from "d3-scale";
import type { ScaleLinear } from "d3-scale";
import type { JSX } from "preact";
import { formatNumber } from "../parts/format.js";
import { useWidth } from "../parts/use-width.js";

export interface IntervalRow {
  readonly label: string;
  readonly mean?: number | undefined;
  readonly interval?: { readonly low: number; readonly high: number } | undefined;
  readonly text: string;
}

const margin = 8;
/** Width in CSS pixels below which the numbers stand below the names. */
const narrow = 430;

/** Means with their intervals on one scale. */
export function IntervalChart({ rows }: { readonly rows: readonly IntervalRow[] }): JSX.Element {
  const [element, width] = useWidth();
  const isNarrow = width < narrow;
  const rowHeight = isNarrow ? 60 : 44;
  const values = rows.flatMap(({ mean, interval }) =>
    [mean, interval?.low, interval?.high].filter((value) => value !== undefined),
  );
  const x = scaleLinear()
    .domain([Math.min(0, ...values), Math.max(1, ...values)])
    .range([margin, Math.max(margin, width - margin)])
    .nice(4);
  const height = rows.length * rowHeight + 24;
  const label = rows.map((row) => `${row.label}: ${row.text}`).join("; ");
  return (
    <div ref={element} class="chart">
      {width === 0 ? null : (
        <svg width={width} height={height} role="img" aria-label={label}>
          {x.ticks(4).map((tick) => (
            <g key={tick} transform={`translate(${x(tick)} 0)`}>
              <line class="grid" y2={height - 20} />
              <text class="tick middle" y={height - 6}>
                {formatNumber(tick)}
              </text>
            </g>
          ))}
          {rows.map((row, place) => (
            <Mark key={row.label} row={row} x={x} isNarrow={isNarrow} y={place * rowHeight} />
          ))}
        </svg>
      )}
    </div>
  );
}

interface MarkProps {
  readonly row: IntervalRow;
  readonly x: ScaleLinear<number, number>;
  readonly y: number;
  readonly isNarrow: boolean;
}

function Mark({ row: { label, text, mean, interval }, x, y, isNarrow }: MarkProps): JSX.Element {
  const [left = 0, right = 0] = x.range();
  const middle = isNarrow ? 44 : 28;
  return (
    <g transform={`translate(0 ${y})`}>
      <text class="mark-label" x={left} y="14">
        {label}
      </text>
      <text
        class={isNarrow ? "mark-text" : "mark-text end"}
        x={isNarrow ? left : right}
        y={isNarrow ? 30 : 14}
      >
        {text}
      </text>
      {interval ? (
        <line class="interval" x1={x(interval.low)} x2={x(interval.high)} y1={middle} y2={middle} />
      ) : null}
      {mean === undefined ? null : <circle class="mean" cx={x(mean)} cy={middle} r="5" />}
    </g>
  );
}
