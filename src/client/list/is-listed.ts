import type { ExperimentState } from "../status/status.js";

/** Conditions for the listed runs. Missing or empty conditions match all runs. */
export interface ExperimentFilter {
  /** Pattern for the name: `*` matches any text, `?` one character. */
  readonly name?: string;
  readonly states?: readonly ExperimentState[];
  readonly kinds?: readonly ExperimentKind[];
  /** Earliest start, in ms since the epoch. */
  readonly since?: number;
}

/** Kind of a run. `judge` and `rephrase` are runs of an experiment's stages. */
export type ExperimentKind = "experiment" | "pipeline" | "batch" | "judge" | "rephrase";

interface ListedRun {
  readonly name: string;
  readonly state: ExperimentState;
  readonly kind?: ExperimentKind;
  readonly startedAt: number;
}

/** True if a run meets all conditions of the filter. */
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
