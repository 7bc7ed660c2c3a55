/** No Temporal server can be had or reached. The message says what was tried and what to do; the CLI exits with 4. */
export class ServerUnavailableError extends Error {
  override readonly name = "ServerUnavailableError";
}
