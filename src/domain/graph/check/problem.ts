import type { Edge } from "../graph.js";

export interface Problem {
  /** Absent for a problem of the whole graph. */
  readonly step?: string;
  /** Set for a problem of an edge without a step, to find its line. */
  readonly edge?: Edge;
  /** One or two sentences: where, what was expected and found, what to do. */
  readonly message: string;
}

export interface GraphCheck {
  /** None: the graph can be walked. */
  readonly problems: readonly Problem[];
  /** Things that may be meant, but lose something. */
  readonly warnings: readonly Problem[];
  /** By step: the columns that a row has behind it. Empty where the edges have problems. */
  readonly columns: ReadonlyMap<string, readonly string[]>;
}
