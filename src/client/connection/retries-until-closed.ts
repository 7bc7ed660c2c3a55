import type { ConnectionOptions } from "@temporalio/client";
import { defaultGrpcRetryOptions, InterceptingCall, makeGrpcRetryInterceptor } from "./temporal.js";

type Interceptor = NonNullable<ConnectionOptions["interceptors"]>[number];

/**
 * Limits the SDK's retries of a connection's calls to the time before the connection is closed. A
 * later retry would throw on the closed channel, outside of any promise, and end the process.
 */
export function retriesUntilClosed(): {
  readonly interceptors: Interceptor[];
  /**
   * Stops the retries. Call it before you close the connection. Calls that wait for a retry then
   * never settle.
   */
  readonly end: () => void;
} {
  let closed = false;
  const { retryableDecider, ...options } = defaultGrpcRetryOptions();
  const retries = makeGrpcRetryInterceptor({
    ...options,
    retryableDecider: (attempt, status) => !closed && retryableDecider(attempt, status),
  });
  const beforeClose: Interceptor = (call, next) =>
    new InterceptingCall(closed ? silentCall : next(call));
  return {
    interceptors: [retries, beforeClose],
    end: () => {
      closed = true;
    },
  };
}

const nothing = (): void => undefined;

const silentCall = {
  start: nothing,
  sendMessage: nothing,
  sendMessageWithContext: nothing,
  startRead: nothing,
  halfClose: nothing,
  cancelWithStatus: nothing,
  getPeer: () => "",
  getAuthContext: () => null,
};
