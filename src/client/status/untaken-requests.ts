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

type Page = Awaited<ReturnType<Client["workflowService"]["getWorkflowExecutionHistoryReverse"]>>;
type HistoryEvent = NonNullable<NonNullable<NonNullable<Page["history"]>["events"]>[number]>;

interface Signal {
  readonly signalName?: string | null;
}

/** Long enough for any run of events between two workflow tasks of an experiment. */
const pageSize = 200;

/**
 * The requests that no worker has taken yet, oldest first: the signals after the last completed
 * workflow task, and those that the workflow sends on to its groups. Needs no worker.
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
  const received = untaken.map((event) => event.workflowExecutionSignaledEventAttributes);
  return [...received, ...sentOn(events)]
    .reverse()
    .flatMap((signal) => requests.get(signal?.signalName ?? "") ?? []);
}

/** The signals to other workflows that have not arrived yet, newest first. */
function sentOn(events: readonly HistoryEvent[]): readonly Signal[] {
  const ended = new Set(
    events.flatMap((event) => {
      const end =
        event.externalWorkflowExecutionSignaledEventAttributes ??
        event.signalExternalWorkflowExecutionFailedEventAttributes;
      return end?.initiatedEventId?.toString() ?? [];
    }),
  );
  return events.flatMap((event) => {
    const signal = event.signalExternalWorkflowExecutionInitiatedEventAttributes;
    return signal && !ended.has(event.eventId?.toString() ?? "") ? signal : [];
  });
}
