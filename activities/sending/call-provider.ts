import { defined } from "../../src/domain/defined.js";
import { errorText } from "../../src/domain/failure/error-text.js";
import { classifyFailure } from "../../src/domain/failure/failure-class.js";
import type { FailureClass, FailureFacts } from "../../src/domain/failure/failure-class.js";
import type { Answer, Failure } from "../../src/domain/record/outcome.js";
import { ProviderError } from "../../src/providers/provider.js";
import type { Provider, ProviderCall } from "../../src/providers/provider.js";

/** 24.8 days: a longer timer would fire at once. */
const longestTimerMs = 2 ** 31 - 1;

/** The result of a call. */
export type CallResult = { readonly answer: Answer } | FailedResult | "aborted";

export interface FailedResult {
  readonly failure: Failure;
  readonly class: FailureClass;
  /** Host and port of the call, if the adapter knows it. */
  readonly host?: string;
}

/**
 * Makes one call and returns its result; never rejects. The timeout starts here, however the
 * adapter's client handles the signal.
 *
 * @param abort fires when a user aborts the run; the call then does not count
 */
export async function callProvider(
  provider: Provider,
  call: Omit<ProviderCall, "signal">,
  { timeoutMs, abort }: { readonly timeoutMs: number; readonly abort: AbortSignal },
): Promise<CallResult> {
  const isGivenUp = (): boolean => abort.aborted;
  if (isGivenUp()) return "aborted";
  const ended = new AbortController();
  const timer = setTimeout(
    () => {
      ended.abort(new DOMException(`No answer within ${timeoutMs} ms`, "TimeoutError"));
    },
    Math.min(timeoutMs, longestTimerMs),
  );
  const onAbort = (): void => {
    ended.abort(new DOMException("Aborted by a second cancel", "AbortError"));
  };
  abort.addEventListener("abort", onAbort, { once: true });
  try {
    const sent = provider.send({ ...call, signal: ended.signal });
    return { answer: await Promise.race([sent, rejection(ended.signal)]) };
  } catch (error) {
    if (isGivenUp()) return "aborted";
    return failed(ended.signal.aborted ? ended.signal.reason : error, timeoutMs);
  } finally {
    clearTimeout(timer);
    abort.removeEventListener("abort", onAbort);
  }
}

async function rejection(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener("abort", () => {
      reject(signal.reason as DOMException);
    });
  });
}

function failed(error: unknown, timeoutMs: number): CallResult {
  const facts = factsOf(error);
  const classified = classifyFailure(facts, Date.now(), errorText(error));
  const failure: Failure = {
    type: classified.type,
    message: facts.kind === "timeout" ? `No answer within ${timeoutMs} ms` : errorText(error),
    ...defined({ status: facts.status, requestId: facts.requestId }),
  };
  return { failure, class: classified, ...(facts.host !== undefined && { host: facts.host }) };
}

function factsOf(error: unknown): FailureFacts {
  if (error instanceof ProviderError) return error.facts;
  if (error instanceof DOMException && error.name === "TimeoutError") return { kind: "timeout" };
  return { kind: "internal" };
}
