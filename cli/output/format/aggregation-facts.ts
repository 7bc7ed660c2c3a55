import type { ExperimentStatus } from "../../../src/client/status/status.js";
import type { Fact } from "./facts.js";

type Errors = Pick<ExperimentStatus, "aggregationErrors">;

/** `finished`, or `finished, aggregation failed`. */
export function endText({
  state,
  aggregationErrors,
}: Pick<ExperimentStatus, "state"> & Errors): string {
  return aggregationErrors ? `${state}, aggregation failed` : state;
}

/** The errors of a failed aggregation, a line each. */
export function aggregationFacts({ aggregationErrors = [] }: Errors): readonly Fact[] {
  return aggregationErrors.map(({ node, message }) => [
    "aggregation",
    node === "aggregation" ? message : `${node}: ${message}`,
  ]);
}
