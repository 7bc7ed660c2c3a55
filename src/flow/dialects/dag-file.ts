import type { Findings } from "./findings.js";
import type { FlowFolder } from "./flow-folder.js";
import type { ReadFlowOptions } from "./flow-reading.js";

/** A flow file while it is read. */
export interface DagFile {
  readonly findings: Findings;
  readonly folder: FlowFolder;
  readonly options: ReadFlowOptions;
  /** Filled while nodes are read: by connection the API that it stands for. */
  readonly connections: Map<string, string>;
}
