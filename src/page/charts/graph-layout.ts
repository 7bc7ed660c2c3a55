import type { ReportEdge, ReportGraph, ReportStep } from "../../domain/report/run-report.js";

export interface PlacedStep extends ReportStep {
  readonly x: number;
  readonly y: number;
}

export interface PlacedEdge extends ReportEdge {
  readonly source: PlacedStep;
  readonly target: PlacedStep;
}

export interface GraphLayout {
  readonly steps: readonly PlacedStep[];
  readonly edges: readonly PlacedEdge[];
  readonly width: number;
  readonly height: number;
}

export const boxWidth = 190;
export const boxHeight = 62;
const gap = 20;
const levelGap = 62;

/** Places steps in levels from top to bottom. Each step is below all of its predecessors. */
export function layOutGraph({ steps, edges }: ReportGraph): GraphLayout {
  const levels = levelsOf(steps, edges);
  const widest = Math.max(...levels.map((level) => level.length), 1);
  const width = widest * (boxWidth + gap) - gap;
  const placed = new Map<string, PlacedStep>();
  for (const [number, level] of levels.entries()) {
    const left = (width - (level.length * (boxWidth + gap) - gap)) / 2;
    for (const [place, step] of level.entries()) {
      const x = left + place * (boxWidth + gap);
      placed.set(step.name, { ...step, x, y: number * (boxHeight + levelGap) });
    }
  }
  return {
    steps: [...placed.values()],
    edges: edges.flatMap((edge) => {
      const source = placed.get(edge.from);
      const target = placed.get(edge.to);
      return source && target ? [{ ...edge, source, target }] : [];
    }),
    width,
    height: levels.length * (boxHeight + levelGap) - levelGap,
  };
}

function levelsOf(
  steps: readonly ReportStep[],
  edges: readonly ReportEdge[],
): readonly (readonly ReportStep[])[] {
  const depths = new Map<string, number>();
  const depthOf = (name: string): number => {
    const known = depths.get(name);
    if (known !== undefined) return known;
    // The graph of a run has no cycles. This line keeps a cycle from looping forever.
    depths.set(name, 0);
    const before = edges.filter(({ to }) => to === name).map(({ from }) => depthOf(from) + 1);
    const depth = Math.max(0, ...before);
    depths.set(name, depth);
    return depth;
  };
  const levels: ReportStep[][] = [];
  for (const step of steps) (levels[depthOf(step.name)] ??= []).push(step);
  return Array.from(levels, (level: ReportStep[] | undefined) => level ?? []);
}
