/** The parts of a walk that are told to its host, and its result. */
import type { AddStep, FilterStep, Row, Step } from "../graph.js";
import type { StepFailure } from "./step-value.js";

/** By source: its row. Its columns have the source's own names. */
export type SourceRows = Readonly<Record<string, Row>>;

/** A place in a walk at which a step runs. */
export interface StepPlace {
  /**
   * Empty for the row of the input, `/3` for its fourth child, `/3/0` for the first child of that.
   */
  readonly path: string;
  /**
   * The number of steps that the row has behind it: calls of rows that are further along go first.
   */
  readonly depth: number;
}

/** The work that a walk cannot do itself. A rejection fails the step for the row. */
export interface WalkHost {
  /**
   * Runs a step's code. Resolves to the columns to add: one row, or several for a step with `many`.
   */
  readonly add: (step: AddStep, row: Row, place: StepPlace) => Promise<readonly Row[]>;
  readonly holds: (step: FilterStep, row: Row, place: StepPlace) => Promise<boolean>;
  /** Resolves to the names of the successors that get the row. */
  readonly route: (step: Step, row: Row, place: StepPlace) => Promise<readonly string[]>;
}

/** A row at a leaf. */
export interface LeafRow {
  readonly leaf: string;
  /** As in `StepPlace`. */
  readonly path: string;
  readonly row: Row;
  /** The row failed at that step; it has `null` in the columns that it could not get. */
  readonly failure?: StepFailure;
}

export interface WalkResult {
  /** By leaf in the order of declaration, then by path. */
  readonly rows: readonly LeafRow[];
  /**
   * Every failure, also those that a join has taken in: by step in the graph's order, then by path.
   */
  readonly failures: readonly StepFailure[];
  /** By step: the number of rows behind it. A step that opens a level counts its children. */
  readonly done: Readonly<Record<string, number>>;
  /** By step: the number of rows that it dropped. */
  readonly dropped: Readonly<Record<string, number>>;
  /** By step: the columns for which its branches had different values. */
  readonly conflicts: Readonly<Record<string, readonly string[]>>;
}
