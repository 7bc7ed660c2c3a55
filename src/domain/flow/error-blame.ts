/** Errors that neither the user's code and input nor a refusal by the API explains. */
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

/** False for an error of the system: of the network, the API's servers, or a process that died. */
export function isUserErrorType(type: string): boolean {
  return !systemErrors.has(type);
}
