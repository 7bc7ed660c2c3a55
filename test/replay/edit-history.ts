import { readFileSync } from "node:fs";

/** An event as a history's JSON has it. */
export interface HistoryEvent {
  readonly eventId: string;
  readonly eventTime: string;
  readonly eventType: string;
  readonly [attributes: string]: unknown;
}

export type NewEvent = Omit<HistoryEvent, "eventId" | "eventTime">;

export interface RecordedHistory {
  readonly events: readonly HistoryEvent[];
}

export function parseHistory(file: URL): RecordedHistory {
  return JSON.parse(readFileSync(file, "utf8")) as RecordedHistory;
}

export function workflowIdOf({ events }: RecordedHistory): string {
  const started = events[0]?.["workflowExecutionStartedEventAttributes"] as { workflowId: string };
  return started.workflowId;
}

/**
 * The history with further events, each given when it happens after the last one; one may name the
 * id that the next ones get, since events refer to one another.
 */
export function withEvents(
  { events }: RecordedHistory,
  afterMs: number,
  following: (nextId: number) => readonly NewEvent[],
): RecordedHistory {
  const last = events.at(-1);
  const eventTime = new Date(Date.parse(last?.eventTime ?? "") + afterMs).toISOString();
  const added = following(events.length + 1).map((event, index) => ({
    ...event,
    eventId: (events.length + 1 + index).toString(),
    eventTime,
  })) as HistoryEvent[];
  return { events: [...events, ...added] };
}

/** The three events of a workflow task, the first of them with this id. */
export function workflowTask(id: number): NewEvent[] {
  const scheduledEventId = id.toString();
  const startedEventId = (id + 1).toString();
  return [
    { eventType: "EVENT_TYPE_WORKFLOW_TASK_SCHEDULED", workflowTaskScheduledEventAttributes: {} },
    {
      eventType: "EVENT_TYPE_WORKFLOW_TASK_STARTED",
      workflowTaskStartedEventAttributes: { scheduledEventId },
    },
    {
      eventType: "EVENT_TYPE_WORKFLOW_TASK_COMPLETED",
      workflowTaskCompletedEventAttributes: { scheduledEventId, startedEventId },
    },
  ];
}

export function timerFired(timerId: string, startedEventId: number): NewEvent {
  return {
    eventType: "EVENT_TYPE_TIMER_FIRED",
    timerFiredEventAttributes: { timerId, startedEventId: startedEventId.toString() },
  };
}

export function timerStarted(timerId: string, task: number, seconds: number): NewEvent {
  return {
    eventType: "EVENT_TYPE_TIMER_STARTED",
    timerStartedEventAttributes: {
      timerId,
      startToFireTimeout: `${seconds}s`,
      workflowTaskCompletedEventId: task.toString(),
    },
  };
}

export function payload(value: unknown): { payloads: { metadata: object; data: string }[] } {
  const encoding = Buffer.from("json/plain").toString("base64");
  const data = Buffer.from(JSON.stringify(value)).toString("base64");
  return { payloads: [{ metadata: { encoding }, data }] };
}
