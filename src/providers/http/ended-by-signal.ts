import { ProviderError } from "../provider.js";

/**
 * Returns the error of a call whose signal has fired. The signal's reason distinguishes a timeout
 * from a user's cancellation.
 */
export function endedBySignal(signal: AbortSignal): ProviderError {
  const reason: unknown = signal.reason;
  return reason instanceof Error && reason.name === "TimeoutError"
    ? new ProviderError("No whole answer came within the time limit of a call.", {
        kind: "timeout",
      })
    : new ProviderError("The call was aborted.", { kind: "aborted" });
}
