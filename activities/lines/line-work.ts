import type { StepTally } from "../../src/domain/graph/step-counts.js";
import type { OpenRun } from "../open-runs.js";
import type { SendingTo } from "../rows/row-calls.js";
import type { Sending } from "../sending/sending.js";
import type { OpenFlow } from "./open-flow.js";

/** The state that the lines of a slice share. */
export interface LineWork {
  readonly sending: Sending;
  readonly run: OpenRun;
  readonly flow: OpenFlow;
  readonly sendingTo: SendingTo;
  /** Counts the nodes of the slice's lines. */
  readonly tally: StepTally;
}
