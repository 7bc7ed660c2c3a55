import { linkVertical } from "d3-shape";
import type { JSX } from "preact";
import type { ReportGraph } from "../../domain/report/run-report.js";
import { formatCount } from "../parts/format.js";
import { boxHeight, boxWidth, layOutGraph } from "./graph-layout.js";
import type { PlacedEdge, PlacedStep } from "./graph-layout.js";

/** The steps of a pipeline with the rows on each edge. Wide graphs scroll. */
export function GraphChart({ graph }: { readonly graph: ReportGraph }): JSX.Element {
  const { steps, edges, width, height } = layOutGraph(graph);
  const label = steps.map(({ name, ...step }) => `${name}: ${countText(step)}`).join("; ");
  return (
    <div class="chart graph" role="region" tabIndex={0} aria-label="Graph of the steps">
      <svg
        viewBox={`-2 -2 ${width + 4} ${height + 4}`}
        width={width}
        height={height}
        role="img"
        aria-label={label}
      >
        {edges.map((edge) => (
          <Edge key={`${edge.from} ${edge.to}`} edge={edge} />
        ))}
        {steps.map((step) => (
          <StepBox key={step.name} step={step} />
        ))}
      </svg>
    </div>
  );
}

interface Way {
  readonly source: Point;
  readonly target: Point;
}

type Point = readonly [x: number, y: number];

const link = linkVertical<unknown, Way, Point>()
  .x(([x]) => x)
  .y(([, y]) => y);

function Edge({ edge: { source, target, rows } }: { readonly edge: PlacedEdge }): JSX.Element {
  const start = [source.x + boxWidth / 2, source.y + boxHeight] as const;
  const end = [target.x + boxWidth / 2, target.y - 4] as const;
  const path = link({ source: start, target: end }) ?? "";
  return (
    <g class="edge">
      <path d={path} />
      <path
        class="head"
        d={`M${end[0] - 4} ${end[1] - 4} L${end[0]} ${end[1] + 3} L${end[0] + 4} ${end[1] - 4}`}
      />
      {rows === undefined ? null : (
        <text class="middle" x={(start[0] + end[0]) / 2} y={(start[1] + end[1]) / 2 + 4}>
          {formatCount(rows)}
        </text>
      )}
    </g>
  );
}

const longestName = 24;

function StepBox({ step }: { readonly step: PlacedStep }): JSX.Element {
  const { name, use, models, x, y, failed } = step;
  const about = models.length > 0 ? models.join(", ") : use;
  return (
    <g class={failed > 0 ? "step has-failed" : "step"} transform={`translate(${x} ${y})`}>
      <rect width={boxWidth} height={boxHeight} rx="8" />
      <text class="name" x="12" y="21">
        {cut(name)}
      </text>
      <text class="use" x="12" y="37">
        {about === name ? "" : cut(about)}
      </text>
      <text class="count" x="12" y="53">
        {countText(step)}
      </text>
      <title>{`${name} (${about}): ${countText(step)}`}</title>
    </g>
  );
}

function cut(text: string): string {
  return text.length <= longestName ? text : `${text.slice(0, longestName - 1)}…`;
}

function countText({
  done,
  failed,
  dropped,
}: Pick<PlacedStep, "done" | "failed" | "dropped">): string {
  const more = [
    failed > 0 ? `${formatCount(failed)} failed` : "",
    dropped > 0 ? `${formatCount(dropped)} dropped` : "",
  ].filter((part) => part !== "");
  return [`${formatCount(done)} done`, ...more].join(", ");
}
