import { CancellationScope } from "@temporalio/workflow";

/**
 * A cancel request from the Web UI closes the root scope, in which handlers run. Everything that
 * they send or schedule there would be refused afterwards, so they get their own scope.
 */
export function uncancelled<Args extends unknown[]>(
  handler: (...args: Args) => Promise<void>,
): (...args: Args) => Promise<void> {
  return (...args) => CancellationScope.nonCancellable(() => handler(...args));
}
