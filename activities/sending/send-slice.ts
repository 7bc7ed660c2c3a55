import { activityInfo, cancellationDetails, log } from "@temporalio/activity";
import { costTarget } from "../../src/domain/money/budget.js";
import { defined } from "../../src/domain/defined.js";
import type { BlockedTarget } from "../../src/domain/experiment/experiment.js";
import { rangesOf } from "../../src/domain/experiment/ranges.js";
import { recordsPerWave } from "../../src/domain/experiment/waves.js";
import { instantsOf } from "../../src/domain/limit/slots.js";
import type { Range } from "../../src/domain/experiment/ranges.js";
import type { IndexEntry } from "../../src/storage/log/group-store.js";
import type { SendPromptsInput, SliceResult } from "../contract.js";
import { callsToRetry, storageTrouble } from "../to-application-failure.js";
import { targetNameOf } from "./model-states.js";
import type { RecordStart, Slot } from "./record-slots.js";
import type { RecordResult, Sending } from "./sending.js";
import { sleepUntil } from "./sleep-until.js";
import { startInTurn } from "./start-in-turn.js";
import type { Start } from "./start-in-turn.js";
import { Turns } from "./turns.js";

/** Works on one record of a slice. */
export type SendOne = (
  sending: Sending,
  entry: IndexEntry,
  start: RecordStart,
) => Promise<RecordResult>;

interface Slice {
  readonly input: SendPromptsInput;
  readonly sendOne: SendOne;
}

/**
 * Sends the records of a slice. The last records may have no slot, and lease their own slots one
 * after the other.
 */
export async function sendSlice(
  sending: Sending,
  entries: readonly IndexEntry[],
  { input, sendOne }: Slice,
): Promise<SliceResult> {
  const slots = slotsOf(input);
  const isAhead = !sending.isRetried && slots.length < entries.length;
  const send = isAhead ? inTurn(sendOne, sending, entries) : sendOne;
  const starts = entries.map((entry, index) =>
    startOf(sending, entry, { slot: slots[index], send }),
  );
  const settled = await Promise.allSettled(await startInTurn(starts, sending.signal));
  const results = settled.map((one) => {
    if (one.status === "rejected") throw one.reason;
    return one.value;
  });
  throwWhatIsToBeTriedAgain(sending, results);
  return sliceResult(sending, entries, results);
}

/**
 * Starts the records without a slot one after the other, because each of them is in memory while it
 * waits. Repeats a record while other records of the slice wait, which may take minutes. Otherwise
 * the next attempt of the activity repeats it.
 */
function inTurn(sendOne: SendOne, sending: Sending, entries: readonly IndexEntry[]): SendOne {
  const turns = new Turns(recordsPerWave(sending.context.requestsPerMinute) + 1);
  const last = entries.at(-1);
  let open = entries.length;
  const untilAlone = async (entry: IndexEntry, start: RecordStart): Promise<RecordResult> => {
    let result = await sendOne(sending, entry, start);
    while (result.status === "again" && open > 1 && !sending.signal.aborted) {
      // A cancellation ends the wait, and the record is left.
      await sleepUntil(result.dueAtMs, sending.signal).catch(() => undefined);
      result = await sendOne({ ...sending, isRetried: true }, entry, {});
    }
    return result;
  };
  return async (_sending, entry, { slot }) => {
    const onTurn = slot ? undefined : await turns.begin();
    try {
      return await untilAlone(entry, { slot, onTurn, more: entry !== last });
    } finally {
      onTurn?.();
      open -= 1;
    }
  };
}

function sliceResult(
  sending: Sending,
  entries: readonly IndexEntry[],
  results: readonly RecordResult[],
): SliceResult {
  const positions = entries.map(({ position }) => position);
  const nextDay = sending.context.targets
    ? positions.filter((_, index) => isOfNextDay(results[index]))
    : [];
  const left = positions.filter(
    (position, index) => !isSettled(results[index]) && !nextDay.includes(position),
  );
  const blocked = positions.filter((_, index) => results[index]?.status === "blocked");
  return {
    completed: countOf(results, "completed"),
    failed: countOf(results, "failed"),
    ...(sending.context.targets && { accepted: positions.filter(sending.store.isAccepted).length }),
    left: rangesOf(left),
    blocked: rangesOf(blocked),
    refusals: refusalsOf(sending, entries),
    resumes: sending.context.resumes,
    ...usedUp(rangesOf(nextDay), usedUpUntil(results)),
  };
}

/** Returns the slots. They belong to the first attempt; later attempts lease new slots. */
function slotsOf(input: SendPromptsInput): readonly Slot[] {
  if (activityInfo().attempt > 1) return [];
  const tokens = input.tokens === undefined ? {} : { tokens: input.tokens };
  return [...instantsOf(input.slots)].map((atMs) => ({ atMs, ...tokens }));
}

function startOf(
  sending: Sending,
  entry: IndexEntry,
  { slot, send }: { readonly slot: Slot | undefined; readonly send: SendOne },
): Start<RecordResult> {
  return {
    slotAtMs: () =>
      slot && needsSlot(sending, entry) ? sending.leaser.toLocal(slot.atMs) : undefined,
    send: () => send(sending, entry, { slot }),
  };
}

/** False if the record has an outcome, or its model is known to accept no calls. */
function needsSlot({ run, store, context }: Sending, entry: IndexEntry): boolean {
  if (store.statusOf(entry.position) !== undefined) return false;
  if (run.budget.refusal(context.resumes)) return false;
  return run.models.refusal(targetNameOf(run, entry), context.resumes) === undefined;
}

function isSettled(result: RecordResult | undefined): boolean {
  const settled: readonly string[] = ["completed", "failed", "blocked"];
  return settled.includes(result?.status ?? "");
}

/**
 * Returns the time of the next day, with the rows that wait for it. A model's daily quota holds
 * back only its rows. A group's quota holds back all of its records.
 */
function usedUp(
  ranges: readonly Range[],
  atMs: number | undefined,
): Pick<SliceResult, "usedUpUntilMs" | "nextDay"> {
  if (ranges.length === 0) return defined({ usedUpUntilMs: atMs });
  return { nextDay: { ranges, atMs: atMs ?? 0 } };
}

function isOfNextDay(result: RecordResult | undefined): boolean {
  return result?.status === "left" && result.usedUpUntilMs !== undefined;
}

function countOf(results: readonly RecordResult[], status: RecordResult["status"]): number {
  return results.filter((result) => result.status === status).length;
}

function throwWhatIsToBeTriedAgain(sending: Sending, results: readonly RecordResult[]): void {
  if (sending.signal.aborted) {
    // After a pause or a cancellation, the slice reports its results. Otherwise its worker is
    // stopping or the server has lost the attempt, and the next attempt handles records without an
    // outcome.
    const isWanted = sending.run.stopped.aborted || cancellationDetails()?.cancelRequested;
    if (isWanted || results.every(isSettled)) return;
    throw sending.signal.reason;
  }
  const stuck = results.find((result) => result.status === "stuck");
  if (stuck) throw storageTrouble(stuck.message, activityInfo().attempt);
  const again = results.filter((result) => result.status === "again");
  if (again.length === 0) return;
  const soonest = again.reduce((first, one) => (one.dueAtMs < first.dueAtMs ? one : first));
  const telling = again.find(({ failure }) => failure.type !== "NotDue") ?? soonest;
  log.debug("calls failed and will be tried again", { calls: again.length, ...telling.failure });
  throw callsToRetry(telling.failure, soonest.dueAtMs - Date.now());
}

/**
 * Returns the earliest time at which a daily quota that ended some row's walk allows calls again.
 */
function usedUpUntil(results: readonly RecordResult[]): number | undefined {
  const times = results.flatMap((result) =>
    result.status === "left" ? (result.usedUpUntilMs ?? []) : [],
  );
  return times.length === 0 ? undefined : Math.min(...times);
}

/** Returns the slice's models that wait for a person. If the money is spent, all of them wait. */
function refusalsOf({ run, context }: Sending, entries: readonly IndexEntry[]): BlockedTarget[] {
  // The models that a row calls are not known before its walk.
  const names = context.targets?.map(({ target }) => target);
  const targets = new Set(names ?? entries.map((entry) => targetNameOf(run, entry)));
  const ofModels = [...targets].map(
    (target) => [target, run.models.reason(target, context.resumes)] as const,
  );
  const ofMoney = run.budget.refusal(context.resumes)?.message;
  const all = [...ofModels, [costTarget, ofMoney] as const];
  return all.flatMap(([target, reason]) => (reason === undefined ? [] : [{ target, reason }]));
}
