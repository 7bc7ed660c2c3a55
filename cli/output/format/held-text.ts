import type { ExperimentStatus } from "../../../src/client/status/status.js";
import { formatCountOf } from "./format-count.js";

/** Returns the number of calls that met a 429 or an outage; empty if there are none. */
export function heldText({ heldCalls = 0 }: Pick<ExperimentStatus, "heldCalls">): string {
  if (heldCalls === 0) return "";
  return `${formatCountOf(heldCalls, "call")} met a 429 or an outage and used no attempt`;
}
