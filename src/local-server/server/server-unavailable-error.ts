/**
 * Thrown if no Temporal server is available. The message says what was tried and what to do. The
 * CLI exits with 4.
 */
export class ServerUnavailableError extends Error {
  override readonly name = "ServerUnavailableError";
}
