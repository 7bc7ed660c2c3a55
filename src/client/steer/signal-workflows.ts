import type { Client } from "@temporalio/client";
import { WorkflowNotFoundError } from "../connection/temporal.js";
import { mapAtOnce } from "../map-at-once.js";

/** A signal to several workflows, by name and arguments. */
export interface SignalForAll {
  readonly ids: readonly string[];
  readonly signal: string;
  readonly args: readonly unknown[];
}

/** Sends the signals to those of the workflows that are running. */
export type SignalWorkflows = (signals: SignalForAll) => Promise<void>;

export function createSignalWorkflows(client: Client): SignalWorkflows {
  return async ({ ids, signal, args }) => {
    await mapAtOnce(ids, async (id) => {
      try {
        await client.workflow.getHandle(id).signal(signal, ...args);
      } catch (error) {
        if (!(error instanceof WorkflowNotFoundError)) throw error;
      }
    });
  };
}
