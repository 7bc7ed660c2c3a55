import type { ExperimentState } from "../status/status.js";

/** A choice of runs. Missing parts and empty lists choose all. */
export interface ExperimentFilter {
  /** Name, in which `*` stands for any text and `?` for one character. */
  readonly name?: string;
  readonly states?: readonly ExperimentState[];
  readonly kinds?: readonly ExperimentKind[];
  /** Earliest start, in ms since the epoch. */
  readonly since?: number;
}

/** `judge` and `rephrase` are runs of an experiment's stages. */
export type ExperimentKind = "experiment" | "pipeline" | "batch" | "judge" | "rephrase";

interface ListedRun {
  readonly name: string;
  readonly state: ExperimentState;
  readonly kind?: ExperimentKind;
  readonly startedAt: number;
}

/** True if all parts of the filter choose the run. */
export function isListed(
  run: ListedRun,
  { name, states = [], kinds = [], since }: ExperimentFilter,
): boolean {
  return (
    (name === undefined || patternOf(name).test(run.name)) &&
    (states.length === 0 || states.includes(run.state)) &&
    (kinds.length === 0 || (run.kind !== undefined && kinds.includes(run.kind))) &&
    (since === undefined || run.startedAt >= since)
  );
}

function patternOf(name: string): RegExp {
  const escaped = name.replaceAll(/[.+^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^${escaped.replaceAll("*", ".*").replaceAll("?", ".")}$`, "su");
}
