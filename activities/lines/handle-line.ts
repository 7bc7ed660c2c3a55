import { countsOfLine } from "../../src/domain/flow/count-line.js";
import { defined } from "../../src/domain/defined.js";
import type { LineEnd, NodeStatus, NoteNode } from "../../src/domain/flow/line.js";
import type { Outcome } from "../../src/domain/record/outcome.js";
import type { IndexEntry } from "../../src/storage/log/group-store.js";
import { RowCalls } from "../rows/row-calls.js";
import { RowStop } from "../rows/row-stop.js";
import type { RecordResult } from "../sending/sending.js";
import { whenAborted } from "../when-aborted.js";
import { LineCalls } from "./line-calls.js";
import { LineClock } from "./line-clock.js";
import type { LineWork } from "./line-work.js";
import { runLine } from "./run-line.js";

/** The end of a line: it ended, its walk was stopped, or it must stop now. */
type Ending =
  | { readonly kind: "ended"; readonly end: LineEnd }
  | { readonly kind: "stopped"; readonly result: RecordResult }
  | { readonly kind: "cut" };

/**
 * Handles one line that the window has admitted, until it has an outcome or is left.
 *
 * @param onEnded called before the outcome is written, so that the next line does not wait for the
 *   disk
 */
export async function handleLine(
  work: LineWork,
  entry: IndexEntry,
  onEnded: () => void,
): Promise<RecordResult> {
  const { sending, flow } = work;
  const sentAt = Date.now();
  const stop = new RowStop();
  const clock = new LineClock(flow.kept.lineTimeoutMs);
  const abandon = new AbortController();
  const calls = callsOf(work, { entry, stop, clock });
  const nodes = new Map<string, NodeStatus | "running">();
  const note: NoteNode = (node, status) => void nodes.set(node, status);
  try {
    const ending = await Promise.race<Ending>([
      runLine(work, { entry, calls, note, signal: abandon.signal }).then(asEnd),
      stop.stopped.then((result) => ({ kind: "stopped", result })),
      clock.expired.then(() => asEnd(timedOut(nodes, flow.kept.lineTimeoutMs))),
      cut(sending.signal),
    ]);
    if (ending.kind === "stopped") return ending.result;
    if (ending.kind === "ended") {
      onEnded();
      const end = { ...ending.end, ...defined({ usage: calls.usage() }) };
      return await settle(work, entry, { sentAt, end, cost: calls.cost() });
    }
    // The answers to calls in flight are paid for, so they are journaled before the line is left.
    return await Promise.race([left(calls), stop.stopped]);
  } finally {
    clock.end();
    abandon.abort();
  }
}

interface LineParts {
  readonly entry: IndexEntry;
  readonly stop: RowStop;
  readonly clock: LineClock;
}

function callsOf(
  { sending, run, flow, sendingTo }: LineWork,
  { entry, stop, clock }: LineParts,
): LineCalls {
  const { store } = sending;
  return new LineCalls({
    run,
    kept: flow.kept,
    calls: new RowCalls({
      entry,
      sendingTo,
      store,
      stop,
      board: clock.watching(flow.board),
      hasFallback: () => false,
      earlier: async (_step, key) => flow.reuse?.lineOf(entry.position, key),
    }),
  });
}

async function left(calls: LineCalls): Promise<RecordResult> {
  await calls.settled();
  return { status: "left" };
}

interface EndedLine {
  readonly sentAt: number;
  readonly end: LineEnd;
  readonly cost: Pick<Outcome, "cost">;
}

async function settle(
  { sending: { store }, flow, tally }: LineWork,
  { position }: IndexEntry,
  { sentAt, end, cost }: EndedLine,
): Promise<RecordResult> {
  const finishedAt = Date.now();
  const attempts = store.attemptsOf(position) + store.endedCalls(position);
  const outcome = outcomeOf(end, { sentAt, finishedAt, attempts, ...cost });
  await store.append({ kind: "outcome", position, finishedAt, outcome });
  flow.board.noteLine(end);
  tally.add(countsOfLine(end));
  return { status: outcome.status };
}

function outcomeOf(
  line: LineEnd,
  facts: Pick<Outcome, "sentAt" | "finishedAt" | "attempts" | "cost">,
): Outcome {
  const { status, error } = line;
  if (status === "completed") return { status, ...facts, response: null, line };
  const { type = "internal", message = "The line failed.", node } = error ?? {};
  const at = node === undefined ? "" : `at node "${node}": `;
  return { status, ...facts, error: { type, message: `${at}${message}` }, line };
}

function asEnd(end: LineEnd): Ending {
  return { kind: "ended", end };
}

/**
 * Returns the end of a line whose time is over. As in promptflow, its running nodes are canceled.
 */
function timedOut(nodes: ReadonlyMap<string, NodeStatus | "running">, limitMs: number): LineEnd {
  const seconds = limitMs / 1_000;
  const error = {
    type: "LineExecutionTimeout",
    message: `The line took longer than ${seconds} s. Give it more time with --line-timeout.`,
    isUserError: true,
  };
  const ends = [...nodes].map(
    ([node, status]) => [node, status === "running" ? "canceled" : status] as const,
  );
  return { status: "failed", error, nodes: Object.fromEntries(ends) };
}

/** Resolves when lines must stop; otherwise it never settles. */
async function cut(signal: AbortSignal): Promise<Ending> {
  return new Promise((resolve) => {
    whenAborted(signal, () => {
      resolve({ kind: "cut" });
    });
  });
}
