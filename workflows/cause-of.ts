import { ActivityFailure, ApplicationFailure } from "@temporalio/workflow";

/**
 * Returns the failure inside an activity's failure. It says more to a user than the activity's
 * failure.
 */
export function causeOf(error: unknown): unknown {
  const cause = error instanceof ActivityFailure ? error.cause : undefined;
  return cause instanceof ApplicationFailure ? cause : error;
}
