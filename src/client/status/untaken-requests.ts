import type { Client } from "@temporalio/client";
import {
  cancelSignal,
  changeSignal,
  pauseSignal,
  resumeSignal,
  stopSignal,
} from "../../../workflows/messages.js";

/** A request to a running experiment or watch. */
export type SteeringRequest = "pause" | "resume" | "cancel" | "change" | "stop";

const requests: ReadonlyMap<string, SteeringRequest> = new Map([
  [pauseSignal.name, "pause"],
  [resumeSignal.name, "resume"],
  [cancelSignal.name, "cancel"],
  [changeSignal.name, "change"],
  [stopSignal.name, "stop"],
]);

/** Long enough for any run of events between two workflow tasks of an experiment. */
const pageSize = 200;

/**
 * The requests that no worker has taken yet, oldest first: the signals after the last completed
 * workflow task. Needs no worker.
 */
export async function untakenRequests(
  { workflowService, options }: Client,
  workflowId: string,
): Promise<readonly SteeringRequest[]> {
  const { history } = await workflowService.getWorkflowExecutionHistoryReverse({
    namespace: options.namespace,
    execution: { workflowId },
    maximumPageSize: pageSize,
  });
  const events = history?.events ?? [];
  const taken = events.findIndex((event) => event.workflowTaskCompletedEventAttributes);
  const untaken = taken === -1 ? events : events.slice(0, taken);
  return untaken.reverse().flatMap(({ workflowExecutionSignaledEventAttributes: signal }) => {
    return requests.get(signal?.signalName ?? "") ?? [];
  });
}
