import type { Findings } from "./findings.js";
import type { FlowFolder } from "./flow-folder.js";
import type { ReadFlowOptions } from "./flow-reading.js";

/** A flow file while it is read. */
export interface DagFile {
  readonly findings: Findings;
  readonly folder: FlowFolder;
  readonly options: ReadFlowOptions;
  /** API for each connection. It is filled while nodes are read. */
  readonly connections: Map<string, string>;
}
