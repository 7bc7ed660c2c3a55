import type { Problem } from "../../domain/graph/check/problem.js";

/** A problem of a definition. */
export interface DefinitionProblem extends Problem {
  /**
   * Key of the step, such as `parameters` or `validate.pattern`. Without a step, the key of the
   * pipeline.
   */
  readonly key?: string;
  /** Line, starting at 1. Absent if the definition is not text. */
  readonly line?: number;
  /** Column, starting at 1. Absent if the definition is not text. */
  readonly column?: number;
}

/** A problem with the path of its value from the definition's root. */
export interface PlacedProblem extends Problem {
  readonly key?: string;
  readonly path: readonly PropertyKey[];
}
