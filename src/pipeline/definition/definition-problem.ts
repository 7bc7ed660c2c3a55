import type { Problem } from "../../domain/graph/check/problem.js";

/** A problem of a definition. */
export interface DefinitionProblem extends Problem {
  /**
   * The step's key, such as `parameters` or `validate.pattern`; the pipeline's where no step is
   * named.
   */
  readonly key?: string;
  /** From 1. Absent where the definition is no text. */
  readonly line?: number;
  /** From 1. Absent where the definition is no text. */
  readonly column?: number;
}

/** A problem with the path of its value, from the definition's root. */
export interface PlacedProblem extends Problem {
  readonly key?: string;
  readonly path: readonly PropertyKey[];
}
