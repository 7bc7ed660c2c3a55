/** The life of one record, according to its log, in the order of time. */
import { computed } from "../../domain/computed.js";
import { defined } from "../../domain/defined.js";
import type { LogLine } from "../../domain/record/log-line.js";
import type { Failure } from "../../domain/record/outcome.js";
import { openFileBlocks } from "../files/file-blocks.js";
import type { OrderedLine } from "../index/input-order.js";
import { readManifest } from "../run/run-folder.js";
import { readLivesLines } from "./life-lines.js";
import { findRecordLines, inputTextOf, lineNumberIn } from "./record-search.js";

/** An event of a record. Times are in ms since the epoch. */
export interface LifeEvent {
  readonly kind:
    | "answered"
    | "failed-attempt"
    | "held"
    | "blocked"
    | "lost"
    | "sent"
    | "reused"
    | "step"
    | "completed"
    | "dropped"
    | "failed";
  readonly atMs: number;
  /** Time of the send, for a call that was sent. */
  readonly sentAtMs?: number;
  /** Time in ms between the previous event and this one, without the call itself. */
  readonly waitedMs?: number;
  /** Step of a pipeline, or node of a flow. */
  readonly step?: string;
  /** Turn of a chat, starting at 0. */
  readonly turn?: number;
  /** Number of the attempt, starting at 1. */
  readonly attempt?: number;
  readonly error?: Failure;
  /** Stack of the user's own code, for a line of a batch run whose code failed. */
  readonly trace?: string;
}

export type RecordState = "open" | "completed" | "dropped" | "failed";

/** A record of another model with the same id. */
export interface OtherModel {
  /** `<api>/<model>` */
  readonly model: string;
  readonly state: RecordState;
}

export interface RecordLife {
  /** Line of the input, starting at 1. */
  readonly line: number;
  readonly group: string;
  /** Position in the group, starting at 0. */
  readonly position: number;
  /** `<api>/<model>`; absent for a row of a pipeline. */
  readonly target?: string;
  /** Number of a batch run's line, starting at 0. */
  readonly lineNumber?: number;
  /** Other records with the same id, one per model. */
  readonly alsoOf?: readonly OtherModel[];
  readonly events: readonly LifeEvent[];
}

/**
 * Finds a record by its `id` or `line_number`, otherwise by its line of the input, starting at 1.
 * Returns `undefined` if the run has no such record.
 *
 * @param model `<api>/<model>`, if several models have a record with the id. @default the first
 *   failed record, otherwise the first open record, otherwise the first record
 */
export async function readLife(
  directory: string,
  id: string,
  model?: string,
): Promise<RecordLife | undefined> {
  const manifest = await readManifest(directory);
  const blocks = openFileBlocks();
  try {
    const alike = await findRecordLines({ directory, manifest, blocks }, id, model);
    const places = alike.map(({ slug, entry }) => ({ slug, position: entry.position }));
    const logs = await readLivesLines(directory, places, blocks);
    const lives = alike.map((line, at) => ({ line, events: eventsOf(logs[at] ?? []) }));
    const found = mostTelling(lives);
    if (!found) return undefined;
    const { line, events } = found;
    const { slug, entry } = line;
    const plan = manifest.groups.find((group) => group.slug === slug);
    const target = plan?.targets ? undefined : manifest.targets[entry.target];
    const text = await inputTextOf({ directory, manifest, blocks }, line);
    const also = lives.flatMap((life): OtherModel[] => {
      const other = manifest.targets[life.line.entry.target];
      if (life === found || other === undefined) return [];
      return [{ model: other, state: stateAfter(life.events) }];
    });
    return {
      line: entry.line,
      group: plan?.name ?? slug,
      position: entry.position,
      ...defined({ target, lineNumber: lineNumberIn(text) }),
      ...(also.length > 0 && { alsoOf: also }),
      events,
    };
  } finally {
    await blocks.close();
  }
}

interface FoundLife {
  readonly line: OrderedLine;
  readonly events: readonly LifeEvent[];
}

/** Returns the most interesting record: one that failed, or one that does not end. */
function mostTelling(lives: readonly FoundLife[]): FoundLife | undefined {
  const inState = (state: RecordState): FoundLife | undefined =>
    lives.find(({ events }) => stateAfter(events) === state);
  return inState("failed") ?? inState("open") ?? lives[0];
}

/** Returns the state of a record after its events. */
export function stateAfter(events: readonly LifeEvent[]): RecordState {
  const kind = events.at(-1)?.kind;
  return kind === "completed" || kind === "dropped" || kind === "failed" ? kind : "open";
}

/** Returns the events of a log's lines, which are in the order of time. */
export function eventsOf(lines: readonly LogLine[]): readonly LifeEvent[] {
  const attempts = new Map<string, number>();
  let beforeMs: number | undefined;
  return lines.flatMap((line, index) => {
    const event =
      line.kind === "started" ? startOf(line, lines.slice(index + 1)) : eventOf(line, attempts);
    if (!event) return [];
    const fromMs = event.sentAtMs ?? event.atMs;
    const waitedMs = beforeMs === undefined ? undefined : Math.max(0, fromMs - beforeMs);
    beforeMs = event.atMs;
    return [{ ...event, ...defined({ waitedMs }) }];
  });
}

/**
 * Returns the event of a start. Retried activities log the start of each call. It is an event only
 * without an end: the process died, or the call is in flight.
 */
function startOf(
  line: Extract<LogLine, { kind: "started" }>,
  later: readonly LogLine[],
): LifeEvent | undefined {
  const facts = { atMs: line.finishedAt, ...placeOf(line) };
  const next = later.find(
    (one) => one.kind === "outcome" || one.kind === "refused" || callOf(one) === callOf(line),
  );
  if (!next) return { kind: "sent", ...facts };
  return next.kind === "started" ? { kind: "lost", ...facts } : undefined;
}

function callOf(line: LogLine): string {
  if ("key" in line) return line.key;
  return "turn" in line ? line.turn.toString() : "";
}

function eventOf(
  line: Exclude<LogLine, { kind: "started" }>,
  attempts: Map<string, number>,
): LifeEvent {
  const place = placeOf(line);
  const atMs = line.finishedAt;
  const facts = { atMs, ...place, ...defined({ sentAtMs: sendOf(line) }) };
  const call = `${place.step ?? ""} ${place.turn ?? ""}`;
  const attempt = computed(attempts, call, () => 1);
  switch (line.kind) {
    case "failed-attempt":
      attempts.set(call, line.attempt + 1);
      return { kind: "failed-attempt", ...facts, attempt: line.attempt, error: line.error };
    case "held":
      return { kind: "held", ...facts, error: line.error };
    case "refused":
      return { kind: "blocked", ...facts, error: line.error };
    case "turn":
      return { kind: "answered", ...facts, attempt };
    case "step":
      return { kind: "step", ...facts };
    case "call":
      return { ...facts, ...endOfCall(line, attempt) };
    case "outcome":
      return outcomeEvent(line);
  }
}

/** Returns the time of the send, if something was sent. */
function sendOf(line: LogLine): number | undefined {
  return "sentAt" in line && line.sentAt > 0 ? line.sentAt : undefined;
}

function endOfCall(
  { error, reused }: Extract<LogLine, { kind: "call" }>,
  attempt: number,
): Pick<LifeEvent, "kind" | "attempt" | "error"> {
  if (error) return { kind: "failed-attempt", attempt, error };
  return reused ? { kind: "reused" } : { kind: "answered", attempt };
}

function outcomeEvent({ outcome }: Extract<LogLine, { kind: "outcome" }>): LifeEvent {
  const { finishedAt: atMs, sentAt, attempts: attempt, walk, line } = outcome;
  const isDropped = outcome.status === "completed" && walk?.rows.length === 0;
  return {
    kind: isDropped ? "dropped" : outcome.status,
    atMs,
    ...(sentAt > 0 && !walk && !line && { sentAtMs: sentAt }),
    ...(attempt > 0 && { attempt }),
    ...(outcome.status === "failed" && { error: outcome.error }),
    ...defined({ trace: line?.error?.trace }),
  };
}

/** Returns the place in a key such as `<step><path>#<digest>/<n>`. A path starts with a slash. */
function placeOf(line: LogLine): Pick<LifeEvent, "step" | "turn"> {
  const turn = "turn" in line ? line.turn : undefined;
  const step = "key" in line ? line.key.split(/[/#]/)[0] : undefined;
  return defined({ turn, step });
}
