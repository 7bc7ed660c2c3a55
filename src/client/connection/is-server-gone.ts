import { isGrpcDeadlineError, isGrpcServiceError } from "./temporal.js";

// Status codes of the gRPC protocol.
const notFound = 5;
const unavailable = 14;
/** `UNKNOWN`, `DEADLINE_EXCEEDED`, `RESOURCE_EXHAUSTED`, `ABORTED`, `UNAVAILABLE` */
const passingCodes: readonly number[] = [2, 4, 8, 10, unavailable];

/** True if a call failed because the server is unreachable or busy, and may succeed later. */
export function isServerGone(error: unknown): boolean {
  return isGrpcDeadlineError(error) || passingCodes.includes(grpcCodeOf(error) ?? -1);
}

/** True if the server could not be reached. False for a query that no worker answered in time. */
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
