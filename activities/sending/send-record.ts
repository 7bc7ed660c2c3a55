/**
 * One record, from its slot to its outcome on disk.
 *
 * What is in flight or has an outcome is never sent again; a call belongs to the process (`CallsInFlight`), so the
 * activity that waits for it may be lost without harm. Where the process dies between an answer and its sync, the call
 * is repeated: that is the one case in which a record costs twice.
 */
import type { RecordKey } from "./calls-in-flight.js";
import { callProvider } from "./call-provider.js";
import { countedTokens } from "../leaser/counted-tokens.js";
import type { Wish } from "../leaser/group-ledger.js";
import { DayUsedUp } from "../leaser/waiting-line.js";
import {
  type Call,
  failedOutcome,
  noteAborted,
  noteAnswer,
  noteEmptyChat,
  noteFailure,
  writeOutcome,
} from "./note-call.js";
import { type CallEnd, entryOf, type RecordResult, type Sending } from "./sending.js";
import { sleepUntil } from "./sleep-until.js";
import type { Failure } from "../../src/domain/record/outcome.js";
import { type PromptRecord, turnCount } from "../../src/domain/record/prompt-record.js";
import { ratesOf } from "../../src/domain/rates/rates.js";
import { instantsOf } from "../../src/domain/limit/slots.js";
import { allowedLatenessMs } from "../../src/domain/experiment/waves.js";
import { tokensOf } from "../../src/providers/count-tokens.js";
import type { Environment, Provider } from "../../src/providers/provider.js";

/** A record leases anew so often because it came late; then it goes, and counts as late. */
const mostLate = 2;

/** The right to make one call. */
export interface Slot {
  /** In the limit's time. */
  readonly atMs: number;
  /** What it was counted for, where tokens are limited. */
  readonly tokens?: number;
}

/** @param given the record's slot; `undefined` where it has none yet */
export async function sendRecord(
  sending: Sending,
  position: number,
  given: Slot | undefined,
): Promise<RecordResult> {
  try {
    return await untilSettled(sending, position, given);
  } catch (error) {
    // Its group waits for the next day, and walks it again then.
    if (sending.signal.aborted || error instanceof DayUsedUp) return { status: "left" };
    throw error;
  }
}

async function untilSettled(
  sending: Sending,
  position: number,
  given: Slot | undefined,
): Promise<RecordResult> {
  let slot = given;
  for (;;) {
    const settled = (await settledAlready(sending, position)) ?? notDueYet(sending, position);
    if (settled) {
      if (slot) lapse(sending, slot);
      return settled;
    }
    const prepared = await prepareCall(sending, position).catch((error: unknown) => {
      if (slot) lapse(sending, slot);
      throw error;
    });
    const due = await waitForSlot(sending, position, { slot, record: prepared.record });
    slot = undefined;
    const end = await useSlot(sending, position, { prepared, slot: due });
    if (end.status !== "turn") return end;
  }
}

/** What a call is made of: got before the wait for the slot, since the call would come late for it by that time. */
interface PreparedCall {
  readonly record: PromptRecord;

  readonly provider: Provider;
  readonly environment: Environment;
}

/** Rejects where the record, its environment or its provider can't be had: that counts for nothing. */
async function prepareCall(sending: Sending, position: number): Promise<PreparedCall> {
  const { store, run, context } = sending;
  const { record } = await store.readRecordAt(entryOf(sending, position));
  const provider = await run.loadProvider(record.api);
  return { record, provider, environment: await run.environment(context.resumes) };
}

/** Makes the call, unless what happened during the wait for the slot forbids it. */
async function useSlot(
  sending: Sending,
  position: number,
  { prepared, slot }: { readonly prepared: PreparedCall; readonly slot: Slot },
): Promise<CallEnd> {
  const { calls, context, leaser, run, store } = sending;
  const key = keyOf(sending, position);
  const trouble = store.failing();
  if (trouble !== undefined) {
    lapse(sending, slot);
    return { status: "stuck", message: trouble };
  }
  const { target } = entryOf(sending, position);
  const forbidden =
    calls.find(key) ??
    store.statusOf(position) ??
    run.models.refusal(target, context.resumes) ??
    notDueYet(sending, position);
  if (forbidden !== undefined) {
    lapse(sending, slot);
    return { status: "turn" };
  }
  leaser.claim(context.groupId);
  return calls.start(key, (abort) => oneCall(sending, position, { prepared, slot, abort }));
}

function lapse({ leaser, context }: Sending, { tokens = 0 }: Slot): void {
  leaser.lapse(context.groupId, { tokens });
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

/** A failed call has its time to be tried again, and a model that said 429 for all its records. */
function notDueYet(sending: Sending, position: number): RecordResult | undefined {
  const heldUntilMs = sending.run.models.heldUntil(entryOf(sending, position).target);
  const dueAtMs = Math.max(sending.dueAtMs.get(position) ?? 0, heldUntilMs);
  return dueAtMs > Date.now() ? { status: "again", failure: notDue, dueAtMs } : undefined;
}

interface Waiting {
  readonly slot: Slot | undefined;
  readonly record: PromptRecord;
}

/** Waits for the instant of a slot: of the given one, or of a new one where there is none or its instant is past. */
async function waitForSlot(
  sending: Sending,
  position: number,
  { slot: given, record }: Waiting,
): Promise<Slot> {
  const { leaser, context, signal } = sending;
  let slot = given;
  for (let late = 0; ; late += 1) {
    slot ??= await leaseAnew(sending, position, record);
    const atMs = await leaser.toLocal(slot.atMs);
    try {
      await sleepUntil(atMs, signal);
    } catch (error) {
      lapse(sending, slot);
      throw error;
    }
    const isLate = Date.now() - atMs > allowedLatenessMs(context.requestsPerMinute);
    leaser.noteTurn(isLate);
    if (!isLate || late >= mostLate) return slot;
    lapse(sending, slot);
    slot = undefined;
  }
}

async function leaseAnew(sending: Sending, position: number, record: PromptRecord): Promise<Slot> {
  const { leaser, context, signal, run, store } = sending;
  const { groupId: group, priority } = context;
  const rates = ratesOf(context);
  const isCounted = (rates.tokensPerMinute ?? leaser.tokensPerMinute()) !== undefined;
  const call = { record, answers: isCounted ? await store.answersOf(position) : [] };
  const tokens = isCounted && { tokens: await run.estimates(context.group).estimate(call) };
  const wish: Wish = { group, ...rates, priority, ...tokens, wanted: 1, urgent: true };
  const [atMs = 0] = instantsOf(await leaser.take(wish, signal));
  return { atMs, ...countedTokens(leaser, wish) };
}

interface Calling {
  readonly prepared: PreparedCall;
  readonly slot: Slot;
  readonly abort: AbortSignal;
}

/** Rejects where the log can't be read or written: that counts for nothing. */
async function oneCall(
  sending: Sending,
  position: number,
  { prepared, slot, abort }: Calling,
): Promise<CallEnd> {
  const { store, run, context, leaser } = sending;
  const { record, provider, environment } = prepared;
  try {
    if (turnCount(record.prompt) === 0) return await noteEmptyChat(sending, position);
    const answers = await store.answersOf(position);
    const attempt = store.attemptsOf(position, answers.length) + 1;
    const turn = answers.length;
    const { mediaFolder } = sending;
    const sentAt = Date.now();
    const result = await callProvider(
      provider,
      { record, environment, turn, answers, mediaFolder, attempt },
      { timeoutMs: run.manifest.settings.timeoutMs, abort },
    );
    const call: Call = { record, answers, attempt, sentAt, finishedAt: Date.now() };
    if (result === "aborted") return await noteAborted(sending, position, call);
    if ("answer" in result && slot.tokens !== undefined) {
      const { answer } = result;
      const counts = answer.usage && tokensOf(provider, answer.usage);
      const used = await run.estimates(context.group).note({ record, answers }, answer, counts);
      leaser.settle(context.groupId, Math.round(used - slot.tokens));
    }
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
