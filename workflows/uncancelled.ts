import { CancellationScope } from "@temporalio/workflow";

/**
 * Runs a handler in its own scope. A cancel request from the Web UI closes the root scope, in which
 * handlers run. Everything that they send or schedule there would then be refused.
 */
export function uncancelled<Args extends unknown[]>(
  handler: (...args: Args) => Promise<void>,
): (...args: Args) => Promise<void> {
  return (...args) => CancellationScope.nonCancellable(() => handler(...args));
}
