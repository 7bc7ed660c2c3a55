import { log } from "@temporalio/workflow";

/**
 * Takes a message that a person may have typed in the Web UI only if it can be used: what a handler throws fails the
 * workflow task, which is then tried again for ever.
 */
export function ifSound<Message>(
  problemOf: (message: unknown) => string | undefined,
  handler: (message: Message) => Promise<void> | void,
): (message: Message) => Promise<void> {
  return async (message) => {
    const problem = problemOf(message);
    if (problem === undefined) await handler(message);
    else log.warn("a message is passed over", { problem });
  };
}
