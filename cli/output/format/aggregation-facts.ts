import type { ExperimentStatus } from "../../../src/client/status/status.js";
import type { Fact } from "./facts.js";

type Errors = Pick<ExperimentStatus, "aggregationErrors">;

/** Returns `finished`, or `finished, aggregation failed`. */
export function endText({
  state,
  aggregationErrors,
}: Pick<ExperimentStatus, "state"> & Errors): string {
  return aggregationErrors ? `${state}, aggregation failed` : state;
}

/** Returns the errors of a failed aggregation, one per line. */
export function aggregationFacts({ aggregationErrors = [] }: Errors): readonly Fact[] {
  return aggregationErrors.map(({ node, message }) => [
    "aggregation",
    node === "aggregation" ? message : `${node}: ${message}`,
  ]);
}
