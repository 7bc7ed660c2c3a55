import type { ExperimentStatus } from "../../../src/client/status/status.js";
import { formatCount } from "./format-count.js";

type Facts = Pick<ExperimentStatus, "state" | "acceptedRows">;

/** True if a pipeline with a target has ended with fewer accepted rows. */
export function isShort({ state, acceptedRows }: Facts): boolean {
  const isEnd = state === "finished" || state === "cancelled";
  return isEnd && acceptedRows !== undefined && acceptedRows.accepted < acceptedRows.wanted;
}

/** Returns `3,120 of 5,000 accepted: no candidates left …`; empty for a run without a target. */
export function acceptedText(status: Facts): string {
  if (!status.acceptedRows) return "";
  const { accepted, wanted, notNeeded } = status.acceptedRows;
  const counts = `${formatCount(accepted)} of ${formatCount(wanted)} accepted`;
  if (status.state === "finished" && isShort(status)) {
    return `${counts}: no candidates left; raise max_candidates or loosen accept`;
  }
  return notNeeded > 0 ? `${counts}; ${formatCount(notNeeded)} candidates not needed` : counts;
}
