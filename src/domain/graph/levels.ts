/**
 * The levels of a graph. After an expand, a row has children, and the following steps run once per
 * child: they are on their own level. A collect leads back to the level before.
 */
import { opensLevel, predecessorsOf } from "./graph.js";
import type { Graph, Step } from "./graph.js";
import { orderOf } from "./order.js";

/**
 * Names of the steps that opened the level, the outermost first; empty for the rows of the source.
 */
export type Level = readonly string[];

export interface LevelFault {
  readonly step: string;
  readonly kind: "joins-levels" | "collects-nothing";
}

export interface Levels {
  /** Level in which each step runs. */
  readonly of: ReadonlyMap<string, Level>;
  readonly faults: readonly LevelFault[];
}

/** @param graph a graph without cycles */
export function levelsOf(graph: Graph): Levels {
  const steps = new Map(graph.steps.map((step) => [step.name, step]));
  const levels = new Map<string, Level>();
  const faults: LevelFault[] = [];
  const ordered = orderOf(graph);
  if ("cycle" in ordered) throw new Error(`Expected no cycle, got ${ordered.cycle.join(", ")}.`);
  for (const name of ordered.order) {
    const before = predecessorsOf(graph, name).flatMap((predecessor) => {
      const step = steps.get(predecessor);
      return step ? [levelBehind(step, levels.get(predecessor) ?? [])] : [];
    });
    if (steps.get(name)?.kind === "global") {
      // A global step makes its own rows.
      levels.set(name, []);
      continue;
    }
    const [first = []] = before;
    if (!before.every((level) => isSame(level, first)))
      faults.push({ step: name, kind: "joins-levels" });
    const isCollect = steps.get(name)?.kind === "collect";
    if (isCollect && first.length === 0) faults.push({ step: name, kind: "collects-nothing" });
    levels.set(name, isCollect ? first.slice(0, -1) : first);
  }
  return { of: levels, faults };
}

/** Returns the level of a step's successors. */
export function levelBehind(step: Step, level: Level): Level {
  return opensLevel(step) ? [...level, step.name] : level;
}

export function isSame(a: Level, b: Level): boolean {
  return a.length === b.length && a.every((name, index) => name === b[index]);
}
