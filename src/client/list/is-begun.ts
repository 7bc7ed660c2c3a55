import type { RunSummary } from "../../storage/data-folder.js";
import { activeDirectory } from "../status/find-experiment.js";
import type { FoundExperiment } from "../status/find-experiment.js";

/** Stamps have no fractions of a second. */
const precisionMs = 1_000;

/**
 * True for a run in the data folder that belongs to an open experiment whose folder the server did
 * not know yet. The folder was created a moment after the server was asked.
 */
export function isBegun(
  { name, startedAt }: Pick<RunSummary, "name" | "startedAt">,
  executions: readonly FoundExperiment[],
): boolean {
  return executions.some(
    (found) =>
      found.open &&
      activeDirectory(found) === undefined &&
      found.memo.name === name &&
      startedAt > found.startedAt - precisionMs,
  );
}
