import { isGrpcDeadlineError, isGrpcServiceError } from "./temporal.js";

// gRPC's numbers are part of its protocol.
const notFound = 5;
const unavailable = 14;
/** `UNKNOWN`, `DEADLINE_EXCEEDED`, `RESOURCE_EXHAUSTED`, `ABORTED`, `UNAVAILABLE` */
const passingCodes: readonly number[] = [2, 4, 8, 10, unavailable];

/** Whether a call failed because the server can't be reached or is busy, so that the same call may succeed later. */
export function isServerGone(error: unknown): boolean {
  return isGrpcDeadlineError(error) || passingCodes.includes(grpcCodeOf(error) ?? -1);
}

/** Whether no connection to the server was there at all. A query that no worker answers in time is not that. */
export function isServerUnreachable(error: unknown): boolean {
  return grpcCodeOf(error) === unavailable;
}

export function isNotFound(error: unknown): boolean {
  return grpcCodeOf(error) === notFound;
}

function grpcCodeOf(error: unknown): number | undefined {
  if (isGrpcServiceError(error)) return error.code;
  return error instanceof Error && error.cause !== undefined ? grpcCodeOf(error.cause) : undefined;
}
