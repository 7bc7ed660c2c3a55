import { log } from "@temporalio/workflow";

/**
 * Accepts a message only if it is valid, because people can send messages from the Web UI. An error
 * in a handler fails the workflow task, which is then retried forever.
 */
export function ifSound<Message>(
  problemOf: (message: unknown) => string | undefined,
  handler: (message: Message) => Promise<void> | void,
): (message: Message) => Promise<void> {
  return async (message) => {
    const problem = problemOf(message);
    if (problem === undefined) await handler(message);
    else log.warn("an invalid message is ignored", { problem });
  };
}
