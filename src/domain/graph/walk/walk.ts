/** The parts of a walk that its host sees, and its result. */
import type { AddStep, FilterStep, Row, Step } from "../graph.js";
import type { StepFailure } from "./step-value.js";

/** Row by source. Its columns have the source's own names. */
export type SourceRows = Readonly<Record<string, Row>>;

/** A place in a walk at which a step runs. */
export interface StepPlace {
  /**
   * Path of the row: empty for the row of the input, `/3` for its fourth child, `/3/0` for the
   * first child of `/3`.
   */
  readonly path: string;
  /** Number of steps before this step. Calls with a higher depth go first. */
  readonly depth: number;
}

/** The work that a walk cannot do itself. A rejection fails the step for the row. */
export interface WalkHost {
  /**
   * Runs a step's code. Resolves to the columns to add: one set, or several for a step with `many`.
   */
  readonly add: (step: AddStep, row: Row, place: StepPlace) => Promise<readonly Row[]>;
  readonly holds: (step: FilterStep, row: Row, place: StepPlace) => Promise<boolean>;
  /** Resolves to the names of the successors that get the row. */
  readonly route: (step: Step, row: Row, place: StepPlace) => Promise<readonly string[]>;
}

/** A row at a leaf. */
export interface LeafRow {
  readonly leaf: string;
  /** Path of the row, as in `StepPlace`. */
  readonly path: string;
  readonly row: Row;
  /**
   * Set if the row failed at the failure's step. The row then has `null` in the columns that it
   * could not get.
   */
  readonly failure?: StepFailure;
}

export interface WalkResult {
  /** Rows by leaf in the order of declaration, then by path. */
  readonly rows: readonly LeafRow[];
  /**
   * Every failure, including failures that a join has accepted, by step in the graph's order, then
   * by path.
   */
  readonly failures: readonly StepFailure[];
  /** Number of rows after each step. A step that opens a level counts its children. */
  readonly done: Readonly<Record<string, number>>;
  /** Number of rows that each step dropped. */
  readonly dropped: Readonly<Record<string, number>>;
  /** Columns for which the branches of a step had different values, by step. */
  readonly conflicts: Readonly<Record<string, readonly string[]>>;
}
