import { CancellationScope } from "@temporalio/workflow";

/**
 * A cancel request from the Web UI closes the root scope, in which handlers run: what they send or schedule there would
 * be refused from then on. So they have a scope of their own.
 */
export function uncancelled<Args extends unknown[]>(
  handler: (...args: Args) => Promise<void>,
): (...args: Args) => Promise<void> {
  return (...args) => CancellationScope.nonCancellable(() => handler(...args));
}
