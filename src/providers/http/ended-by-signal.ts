import { ProviderError } from "../provider.js";

/** What a call throws once its signal has fired: the reason tells the time limit from a user's wish. */
export function endedBySignal(signal: AbortSignal): ProviderError {
  const reason: unknown = signal.reason;
  return reason instanceof Error && reason.name === "TimeoutError"
    ? new ProviderError("No whole answer came within the time limit of a call.", {
        kind: "timeout",
      })
    : new ProviderError("The call was aborted.", { kind: "aborted" });
}
