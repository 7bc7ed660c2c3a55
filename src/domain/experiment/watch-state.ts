import { expectedDurationMs } from "../rates/expected-duration.js";
import type {
  EndedInput,
  InputLook,
  PlannedInput,
  RejectedInput,
  RunningInput,
  WatchEvent,
  WatchState,
} from "./watch.js";

const mostEvents = 100;
const mostSamples = 10;

export const emptyWatch: WatchState = {
  paused: false,
  running: [],
  waiting: { count: 0, names: [], incomplete: 0, busy: [] },
  counts: { started: 0, ended: 0, unsound: 0, rejected: 0 },
  events: [],
  pace: [],
};

/**
 * Applies the results of a look at the input folder, except the starts. Each start is reported
 * separately once it has happened.
 */
export function lookedAt(state: WatchState, look: InputLook, nowMs: number): WatchState {
  let next: WatchState = { ...state, waiting: look.waiting };
  for (const ended of look.ended) next = withEnd(next, ended, nowMs);
  for (const rejected of look.rejected) next = withRejection(next, rejected, nowMs);
  return next;
}

export function started(
  state: WatchState,
  planned: PlannedInput,
  run: Pick<RunningInput, "runId" | "startedAt">,
): WatchState {
  const { inputName, name, records, plannedMs, fingerprint, notices, launch } = planned;
  const { workflowId } = launch;
  const expectedMs = expectedMsOf(state, planned);
  const input = { inputName, name, records, plannedMs, fingerprint };
  const running = [...state.running, { ...input, workflowId, expectedMs, ...run }];
  const { counts } = state;
  const next = { ...state, running, counts: { ...counts, started: counts.started + 1 } };
  const event = { type: "started", inputName, name, records, expectedMs, notices } as const;
  return withEvent(next, event, run.startedAt);
}

/**
 * Estimates the duration in ms from the rates of the limits. Earlier experiments show how far their
 * durations exceeded such estimates.
 */
export function expectedMsOf(
  state: Pick<WatchState, "pace">,
  { plannedMs }: Pick<PlannedInput, "plannedMs">,
): number {
  return Math.round(expectedDurationMs(plannedMs, state.pace));
}

function withEnd(state: WatchState, end: EndedInput, nowMs: number): WatchState {
  const { workflowId, runId, ...facts } = end;
  const input = state.running.find((one) => one.workflowId === workflowId && one.runId === runId);
  // A repeated activity may report an end twice.
  if (!input) return state;
  const { inputName, name, records, plannedMs } = input;
  const { counts, pace } = state;
  const isSound = (end.status === "finished" || end.status === "cancelled") && end.failed === 0;
  const sample = { plannedMs, tookMs: end.tookMs };
  const next: WatchState = {
    ...state,
    running: state.running.filter((one) => one !== input),
    counts: {
      ...counts,
      ended: counts.ended + 1,
      unsound: counts.unsound + (isSound ? 0 : 1),
    },
    pace: end.status === "finished" ? [...pace, sample].slice(-mostSamples) : pace,
  };
  // The number differs if the file was replaced between the look at it and its run.
  const ran = "completedFile" in end ? end.completed + end.failed : records;
  return withEvent(next, { type: "ended", inputName, name, records: ran, ...facts }, nowMs);
}

function withRejection(state: WatchState, rejected: RejectedInput, nowMs: number): WatchState {
  const { counts } = state;
  const next = { ...state, counts: { ...counts, rejected: counts.rejected + 1 } };
  return withEvent(next, { type: "rejected", ...rejected }, nowMs);
}

type WithoutNumber<Event> = Event extends unknown ? Omit<Event, "number" | "at"> : never;

function withEvent(state: WatchState, event: WithoutNumber<WatchEvent>, at: number): WatchState {
  const number = (state.events.at(-1)?.number ?? 0) + 1;
  // Spreading keeps the fields of each member of the union.
  const numbered = { number, at, ...event } as WatchEvent;
  return { ...state, events: [...state.events, numbered].slice(-mostEvents) };
}
