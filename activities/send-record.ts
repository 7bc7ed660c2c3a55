/**
 * One record, from its slot to its outcome on disk.
 *
 * What is in flight or has an outcome is never sent again; a call belongs to the process (`CallsInFlight`), so the
 * activity that waits for it may be lost without harm. Where the process dies between an answer and its sync, the call
 * is repeated: that is the one case in which a record costs twice.
 */
import type { PageContext } from "./contract.js";
import type { CallsInFlight, RecordKey } from "./calls-in-flight.js";
import { callProvider } from "./call-provider.js";
import type { Leaser, Wish } from "./leaser.js";
import type { OpenRun } from "./open-runs.js";
import { sleepUntil } from "./sleep-until.js";
import { backoffMs } from "../src/domain/backoff.js";
import type { FailureClass } from "../src/domain/failure-class.js";
import type { Answer, Failure, Outcome } from "../src/domain/outcome.js";
import { isChat, type PromptRecord, turnCount } from "../src/domain/prompt-record.js";
import { instantsOf } from "../src/domain/slots.js";
import type { Provider } from "../src/providers/provider.js";
import type { GroupStore, IndexEntry } from "../src/storage/group-store.js";

/** What became of a record in one activity attempt. */
export type RecordResult =
  | { readonly status: "completed" | "failed" | "left" }
  | { readonly status: "again"; readonly failure: Failure; readonly dueAtMs: number }
  | { readonly status: "blocked"; readonly target: number; readonly failure: Failure }
  | { readonly status: "stuck"; readonly message: string };

/** A call's end; `turn` where the record is to be looked at again, since its chat has further turns. */
export type CallEnd = RecordResult | { readonly status: "turn" };

export interface Sending {
  readonly context: PageContext;
  readonly run: OpenRun;
  readonly store: GroupStore;
  readonly leaser: Leaser;
  readonly calls: CallsInFlight<CallEnd>;
  readonly loadProvider: (name: string) => Promise<Provider>;
  readonly mediaFolder: string;
  /** Cancelled by a pause or a cancel: what is not sent yet is left. */
  readonly signal: AbortSignal;
  /** Of the slice's records, by position. */
  readonly entries: ReadonlyMap<number, IndexEntry>;
  /** When failed records are due again, by position: lost with the process, and they are due at once then. */
  readonly dueAtMs: Map<number, number>;
}

const lateMs = 250;
/** A record leases anew so often because it came late; then it goes, and counts as late. */
const mostLate = 2;

/** @param slotAtMs the instant of the record's slot in the limit's time; `undefined` where it has none yet */
export async function sendRecord(
  sending: Sending,
  position: number,
  slotAtMs: number | undefined,
): Promise<RecordResult> {
  try {
    return await untilSettled(sending, position, slotAtMs);
  } catch (error) {
    if (sending.signal.aborted) return { status: "left" };
    throw error;
  }
}

async function untilSettled(
  sending: Sending,
  position: number,
  slotAtMs: number | undefined,
): Promise<RecordResult> {
  let slot = slotAtMs;
  for (;;) {
    const settled = (await settledAlready(sending, position)) ?? notDueYet(sending, position);
    if (settled) {
      if (slot !== undefined) lapse(sending);
      return settled;
    }
    await waitForSlot(sending, slot);
    slot = undefined;
    const end = await useSlot(sending, position);
    if (end.status !== "turn") return end;
  }
}

/** Makes the call, unless what happened during the wait for the slot forbids it. */
async function useSlot(sending: Sending, position: number): Promise<CallEnd> {
  const { calls, context, leaser, run, store } = sending;
  const key = keyOf(sending, position);
  const trouble = store.failing();
  if (trouble !== undefined) {
    lapse(sending);
    return { status: "stuck", message: trouble };
  }
  const { target } = entryOf(sending, position);
  const forbidden =
    calls.find(key) ??
    store.statusOf(position) ??
    run.models.refusal(target, context.resumes) ??
    notDueYet(sending, position);
  if (forbidden !== undefined) {
    lapse(sending);
    return { status: "turn" };
  }
  leaser.claim(context.groupId);
  return calls.start(key, (abort) => oneCall(sending, position, abort));
}

function lapse({ leaser, context }: Sending): void {
  leaser.lapse(context.groupId);
}

const notDue: Failure = { type: "NotDue", message: "Waiting for its time to be tried again" };

function keyOf({ context }: Sending, position: number): RecordKey {
  return { directory: context.directory, group: context.group, position };
}

/** What needs no slot: an outcome that is there, a call under way, a model that waits for a person. */
async function settledAlready(
  sending: Sending,
  position: number,
): Promise<RecordResult | undefined> {
  const underWay = sending.calls.find(keyOf(sending, position));
  if (underWay) {
    const end = await underWay;
    return end.status === "turn" ? settledAlready(sending, position) : end;
  }
  const status = sending.store.statusOf(position);
  if (status) return { status };
  const { run, context } = sending;
  const target = entryOf(sending, position).target;
  const refusal = run.models.refusal(target, context.resumes);
  if (!refusal) return undefined;
  if (run.manifest.settings.onBlocked === "wait")
    return { status: "blocked", target, failure: refusal };
  await writeOutcome(sending, position, failedOutcome(refusal, 0, 0));
  return { status: "failed" };
}

function entryOf({ entries }: Sending, position: number): IndexEntry {
  const entry = entries.get(position);
  if (!entry) throw new Error(`There is no record at position ${position.toString()}.`);
  return entry;
}

/** A failed call has its time to be tried again, and a model that said 429 for all its records. */
function notDueYet(sending: Sending, position: number): RecordResult | undefined {
  const heldUntilMs = sending.run.models.heldUntil(entryOf(sending, position).target);
  const dueAtMs = Math.max(sending.dueAtMs.get(position) ?? 0, heldUntilMs);
  return dueAtMs > Date.now() ? { status: "again", failure: notDue, dueAtMs } : undefined;
}

/** Waits for the instant of a slot: of the given one, or of a new one where there is none or its instant is past. */
async function waitForSlot(sending: Sending, slotAtMs: number | undefined): Promise<void> {
  const { leaser, context, signal } = sending;
  let slot = slotAtMs;
  for (let late = 0; ; late += 1) {
    slot ??= [...instantsOf(await leaser.take(urgentWish(context), signal))][0];
    const atMs = await leaser.toLocal(slot ?? 0);
    try {
      await sleepUntil(atMs, signal);
    } catch (error) {
      lapse(sending);
      throw error;
    }
    const isLate = Date.now() - atMs > lateMs;
    leaser.noteTurn(isLate);
    if (!isLate || late >= mostLate) return;
    lapse(sending);
    slot = undefined;
  }
}

function urgentWish({ groupId, requestsPerMinute, inFlight, priority }: PageContext): Wish {
  return {
    group: groupId,
    requestsPerMinute,
    ...(inFlight === undefined ? {} : { inFlight }),
    priority,
    wanted: 1,
    urgent: true,
  };
}

/** Never rejects but for a log that can't be written at all (a sealed run): then nothing waits for it any more. */
async function oneCall(sending: Sending, position: number, abort: AbortSignal): Promise<CallEnd> {
  const { store, run, context, leaser } = sending;
  try {
    const { record } = await store.readRecordAt(entryOf(sending, position));
    if (turnCount(record.prompt) === 0) return await noteEmptyChat(sending, position);
    const answers = await store.answersOf(position);
    const provider = await sending.loadProvider(record.api);
    const attempt = store.attemptsOf(position, answers.length) + 1;
    const sentAt = Date.now();
    const result = await callProvider(
      provider,
      {
        record,
        environment: await run.environment(context.resumes),
        turn: answers.length,
        answers,
        mediaFolder: sending.mediaFolder,
        attempt,
      },
      { timeoutMs: run.manifest.settings.timeoutMs, abort },
    );
    const call: Call = { record, answers, attempt, sentAt, finishedAt: Date.now() };
    if (result === "aborted") return { status: "left" };
    if ("answer" in result)
      return await noteAnswer(sending, position, { call, answer: result.answer });
    return await noteFailure(sending, position, {
      call,
      failure: result.failure,
      verdict: result.class,
    });
  } finally {
    leaser.end(context.groupId);
  }
}

async function noteEmptyChat(sending: Sending, position: number): Promise<CallEnd> {
  const finishedAt = Date.now();
  const outcome: Outcome = {
    status: "completed",
    sentAt: 0,
    finishedAt,
    attempts: 0,
    response: [],
  };
  await writeOutcome(sending, position, outcome);
  return { status: "completed" };
}

interface Call {
  readonly record: PromptRecord;
  /** To the turns before. */
  readonly answers: readonly Answer[];
  readonly attempt: number;
  readonly sentAt: number;
  readonly finishedAt: number;
}

async function noteAnswer(
  sending: Sending,
  position: number,
  { call, answer }: { readonly call: Call; readonly answer: Answer },
): Promise<CallEnd> {
  const { record, answers, sentAt, finishedAt } = call;
  const attempts = sending.store.attemptsOf(position) + answers.length + 1;
  if (!isChat(record.prompt)) {
    const outcome: Outcome = { status: "completed", sentAt, finishedAt, attempts, ...answer };
    await writeOutcome(sending, position, outcome);
    return { status: "completed" };
  }
  if (answers.length + 1 < turnCount(record.prompt)) {
    const turn = answers.length;
    await sending.store.append({ kind: "turn", position, sentAt, finishedAt, turn, answer });
    return { status: "turn" };
  }
  const response = [...answers, answer].map((one) => one.response);
  await writeOutcome(sending, position, {
    status: "completed",
    sentAt,
    finishedAt,
    attempts,
    ...answer,
    response,
  });
  return { status: "completed" };
}

async function noteFailure(
  sending: Sending,
  position: number,
  {
    call,
    failure,
    verdict,
  }: { readonly call: Call; readonly failure: Failure; readonly verdict: FailureClass },
): Promise<CallEnd> {
  const { run, store, context } = sending;
  const { sentAt, finishedAt, attempt, answers } = call;
  const calls = store.attemptsOf(position) + answers.length + 1;
  if (verdict.class === "blocked") {
    return noteRefusal(sending, position, { failure, sentAt, calls });
  }
  if (verdict.class === "permanent" || attempt >= run.manifest.settings.maxAttempts) {
    await writeOutcome(sending, position, { ...failedOutcome(failure, sentAt, calls), finishedAt });
    return { status: "failed" };
  }
  const turn = answers.length;
  const dueAtMs = Date.now() + (verdict.retryAfterMs ?? backoffMs(attempt, Math.random()));
  await store.append({
    kind: "failed-attempt",
    position,
    sentAt,
    finishedAt,
    attempt,
    ...(turn === 0 ? {} : { turn }),
    error: failure,
  });
  sending.dueAtMs.set(position, dueAtMs);
  if (failure.status === 429 && verdict.retryAfterMs !== undefined) {
    run.models.hold(entryOf(sending, position).target, dueAtMs);
    if (isLimitOf(context.limitKey, run.manifest.targets[entryOf(sending, position).target]))
      sending.leaser.hold(verdict.retryAfterMs);
  }
  return { status: "again", failure, dueAtMs };
}

/** Whether all that share the limit call this `<api>/<model>`, so that its 429 is for all of them. */
function isLimitOf(limitKey: string, target: string | undefined): boolean {
  return target !== undefined && limitKey === `api/${target}`;
}

async function noteRefusal(
  sending: Sending,
  position: number,
  {
    failure,
    sentAt,
    calls,
  }: { readonly failure: Failure; readonly sentAt: number; readonly calls: number },
): Promise<CallEnd> {
  const { run, context, store } = sending;
  const target = entryOf(sending, position).target;
  run.models.refuse(target, failure, context.resumes);
  if (run.manifest.settings.onBlocked === "fail") {
    await writeOutcome(sending, position, failedOutcome(failure, sentAt, calls));
    return { status: "failed" };
  }
  const name = run.manifest.targets[target] ?? "";
  await store.append({
    kind: "refused",
    position,
    finishedAt: Date.now(),
    target: name,
    error: failure,
  });
  return { status: "blocked", target, failure };
}

function failedOutcome(error: Failure, sentAt: number, attempts: number): Outcome {
  return { status: "failed", sentAt, finishedAt: Date.now(), attempts, error };
}

async function writeOutcome(sending: Sending, position: number, outcome: Outcome): Promise<void> {
  sending.dueAtMs.delete(position);
  await sending.store.append({
    kind: "outcome",
    position,
    finishedAt: outcome.finishedAt,
    outcome,
  });
}
