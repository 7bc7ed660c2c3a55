import type { CodeRun } from "../../src/flow/line/line-code.js";
import type { IndexEntry } from "../../src/storage/log/group-store.js";
import type { StepTally } from "../../src/domain/graph/step-counts.js";
import type { OpenRun } from "../open-runs.js";
import type { SendingTo } from "../rows/row-calls.js";
import type { Sending } from "../sending/sending.js";
import type { OpenFlow } from "./open-flow.js";

/** One line of a slice. */
export interface LineRun extends Pick<CodeRun, "calls" | "signal" | "note"> {
  readonly entry: IndexEntry;
}

/** The state that the lines of a slice share. */
export interface LineWork {
  readonly sending: Sending;
  readonly run: OpenRun;
  readonly flow: OpenFlow;
  readonly sendingTo: SendingTo;
  /** Counts the nodes of the slice's lines. */
  readonly tally: StepTally;
}
