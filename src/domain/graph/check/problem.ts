import type { Edge } from "../graph.js";

export interface Problem {
  /** Absent for a problem of the whole graph. */
  readonly step?: string;
  /** Set for a problem of an edge that names no step, so that its line can be found. */
  readonly edge?: Edge;
  /** One or two sentences: where, what was expected and found, what to do. */
  readonly message: string;
}

export interface GraphCheck {
  /** Problems. If empty, the graph can be walked. */
  readonly problems: readonly Problem[];
  /** Definitions that are valid but probably lose data. */
  readonly warnings: readonly Problem[];
  /** Columns that a row has after each step. Empty if the edges have problems. */
  readonly columns: ReadonlyMap<string, readonly string[]>;
}
