/**
 * Types of errors that are not caused by the user's code, by the inputs, or by a refusal of the
 * API.
 */
const systemErrors: ReadonlySet<string> = new Set([
  "Aborted",
  "BrokenBody",
  "ClientClosed",
  "Conflict",
  "Connection",
  "InvalidToken",
  "Overloaded",
  "ProcessCrash",
  "RateLimit",
  "ServerError",
  "Timeout",
  "TooEarly",
  "WorkerDied",
  "internal",
]);

/** False for a system error: of the network, of the API's servers, or of a process that died. */
export function isUserErrorType(type: string): boolean {
  return !systemErrors.has(type);
}
