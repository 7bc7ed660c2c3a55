import { defined } from "../../../src/domain/defined.js";
import { errorText } from "../../../src/domain/failure/error-text.js";
import { classifyFailure } from "../../../src/domain/failure/failure-class.js";
import type { FailureClass, FailureFacts } from "../../../src/domain/failure/failure-class.js";
import type { Answer, Failure } from "../../../src/domain/record/outcome.js";
import { ProviderError } from "../../../src/providers/provider.js";
import type { Provider, ProviderCall } from "../../../src/providers/provider.js";
import { untilAborted } from "../../when-aborted.js";
import { longestTimerMs } from "../../../src/domain/longest-timer.js";

export interface CallBounds {
  readonly timeoutMs: number;
  /** Controller of this call only. */
  readonly controller: AbortController;
}

/** The result of a call. */
export type CallResult = { readonly answer: Answer } | FailedResult | "aborted";

export interface FailedResult {
  readonly failure: Failure;
  readonly class: FailureClass;
  /** Host and port of the call, if the adapter knows it. */
  readonly host?: string;
}

/**
 * Makes one call and returns its result. Never rejects. The timeout starts here, and also works if
 * the adapter's client ignores the signal.
 *
 * @param controller aborts the call at its timeout. If it was aborted for another reason, the call
 *   does not count.
 */
export async function callProvider(
  provider: Provider,
  call: Omit<ProviderCall, "signal">,
  { timeoutMs, controller }: CallBounds,
): Promise<CallResult> {
  const { signal } = controller;
  const isAborted = (): boolean => signal.aborted;
  if (isAborted()) return "aborted";
  const timer = setTimeout(
    () => {
      controller.abort(new DOMException(`No answer within ${timeoutMs} ms`, "TimeoutError"));
    },
    Math.min(timeoutMs, longestTimerMs),
  );
  try {
    // An adapter may ignore the signal, and a user's adapter may not return a promise.
    return { answer: await untilAborted(provider.send({ ...call, signal }), signal) };
  } catch (error) {
    if (!isAborted()) return failed(error, timeoutMs);
    return isTimeout(signal.reason) ? failed(signal.reason, timeoutMs) : "aborted";
  } finally {
    clearTimeout(timer);
  }
}

function failed(error: unknown, timeoutMs: number): CallResult {
  const facts = factsOf(error);
  const classified = classifyFailure(facts, Date.now(), errorText(error));
  const failure: Failure = {
    type: classified.type,
    message: facts.kind === "timeout" ? `No answer within ${timeoutMs} ms` : errorText(error),
    ...defined({ status: facts.status, requestId: facts.requestId }),
  };
  return { failure, class: classified, ...defined({ host: facts.host }) };
}

function factsOf(error: unknown): FailureFacts {
  if (error instanceof ProviderError) return error.facts;
  return { kind: isTimeout(error) ? "timeout" : "internal" };
}

function isTimeout(error: unknown): boolean {
  return error instanceof DOMException && error.name === "TimeoutError";
}
