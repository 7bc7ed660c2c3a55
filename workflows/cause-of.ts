import { ActivityFailure, ApplicationFailure } from "@temporalio/workflow";

/** Returns an activity's own failure, which tells a user more than that of the activity. */
export function causeOf(error: unknown): unknown {
  const cause = error instanceof ActivityFailure ? error.cause : undefined;
  return cause instanceof ApplicationFailure ? cause : error;
}
