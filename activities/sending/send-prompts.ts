import { setMaxListeners } from "node:events";
import { join } from "node:path";
import {
  activityInfo,
  cancellationDetails,
  cancellationSignal,
  Context,
  log,
} from "@temporalio/activity";
import { defined } from "../../src/domain/defined.js";
import { rangesOf } from "../../src/domain/experiment/ranges.js";
import type { Range } from "../../src/domain/experiment/ranges.js";
import { instantsOf } from "../../src/domain/limit/slots.js";
import type { GroupStore, IndexEntry } from "../../src/storage/log/group-store.js";
import type { CallsInFlight } from "./calls-in-flight.js";
import type { Refusal, SendPromptsInput, SliceResult } from "../contract.js";
import type { Leasers } from "../leaser/leasers.js";
import type { OpenRun } from "../open-runs.js";
import { targetNameOf } from "./model-states.js";
import { seePage } from "./see-page.js";
import type { Slot } from "./record-slots.js";
import { sendRecord } from "./send-record.js";
import type { CallEnd, RecordResult, Sending } from "./sending.js";
import { startInTurn } from "./start-in-turn.js";
import type { Start } from "./start-in-turn.js";
import type { OneAtATime } from "./suspects.js";
import { callsToRetry, cutMessage, storageTrouble } from "../to-application-failure.js";

export interface SendPromptsDependencies {
  readonly run: OpenRun;
  readonly leasers: Leasers;
  readonly calls: CallsInFlight<CallEnd>;
  readonly suspects: OneAtATime;
  readonly isAborted: (directory: string) => Promise<boolean>;
  /** True if the run's folder was moved or deleted. */
  readonly isMissing: (directory: string) => Promise<boolean>;
  /** Discards the data of a run's log that is still in memory. */
  readonly giveUp: (directory: string) => Promise<void>;
}

/** Works on one record of a slice. */
export type SendOne = (
  sending: Sending,
  entry: IndexEntry,
  given: Slot | undefined,
) => Promise<RecordResult>;

const abortLookMs = 500;

/**
 * Sends a slice. After a cancellation, calls in flight end normally, and unsent records are left.
 */
export async function sendPrompts(
  dependencies: SendPromptsDependencies,
  input: SendPromptsInput,
  sendOne: SendOne = sendRecord,
): Promise<SliceResult> {
  const { run, leasers, calls, suspects } = dependencies;
  const store = await run.store(input.group);
  await store.openLog();
  await seePage(store, input.pageId);
  const sending: Sending = {
    context: input,
    run,
    store,
    leaser: leasers.of(input),
    calls,
    mediaFolder: join(run.manifest.settings.dataFolder, "media"),
    signal: cancellationSignal(),
    isRetried: activityInfo().attempt > 1,
    suspects,
    dueAtMs: run.dueAtMs(input.group),
  };
  // Each record of the slice adds a listener.
  setMaxListeners(0, sending.signal);
  const stopWatching = watchForAbort(dependencies, input.directory, sending.signal);
  try {
    const entries = await entriesOf(store, input.ranges);
    const results = await sendAll(sending, entries, { input, sendOne });
    return sliceResult(sending, entries, results);
  } finally {
    stopWatching();
  }
}

async function entriesOf(
  store: GroupStore,
  ranges: readonly Range[],
): Promise<readonly IndexEntry[]> {
  const reads = ranges.map(async ([start, end]) => {
    const entries = await store.readIndex(start, end - start);
    if (entries.length === end - start) return entries;
    throw new Error(`There is no record at position ${start + entries.length}.`);
  });
  return (await Promise.all(reads)).flat();
}

async function sendAll(
  sending: Sending,
  entries: readonly IndexEntry[],
  { input, sendOne }: { readonly input: SendPromptsInput; readonly sendOne: SendOne },
): Promise<readonly RecordResult[]> {
  const slots = slotsOf(input);
  const starts = entries.map((entry, index) =>
    startOf(sending, { entry, slot: slots[index], sendOne }),
  );
  const settled = await Promise.allSettled(await startInTurn(starts, sending.signal));
  const results = settled.map((one) => {
    if (one.status === "rejected") throw one.reason;
    return one.value;
  });
  throwWhatIsToBeTriedAgain(sending, results);
  return results;
}

function sliceResult(
  sending: Sending,
  entries: readonly IndexEntry[],
  results: readonly RecordResult[],
): SliceResult {
  const positions = entries.map(({ position }) => position);
  const left = positions.filter((_, index) => !isSettled(results[index]));
  const blocked = positions.filter((_, index) => results[index]?.status === "blocked");
  return {
    completed: countOf(results, "completed"),
    failed: countOf(results, "failed"),
    left: rangesOf(left),
    blocked: rangesOf(blocked),
    refusals: refusalsOf(sending, entries),
    resumes: sending.context.resumes,
    ...defined({ usedUpUntilMs: usedUpUntil(results) }),
  };
}

/** Slots belong to the first attempt; later attempts lease new ones. */
function slotsOf(input: SendPromptsInput): readonly Slot[] {
  if (activityInfo().attempt > 1) return [];
  const tokens = input.tokens === undefined ? {} : { tokens: input.tokens };
  return [...instantsOf(input.slots)].map((atMs) => ({ atMs, ...tokens }));
}

interface Sent {
  readonly entry: IndexEntry;
  readonly slot: Slot | undefined;
  readonly sendOne: SendOne;
}

function startOf(sending: Sending, { entry, slot, sendOne }: Sent): Start<RecordResult> {
  return {
    slotAtMs: () =>
      slot && needsSlot(sending, entry) ? sending.leaser.toLocal(slot.atMs) : undefined,
    send: () => sendOne(sending, entry, slot),
  };
}

/** False if the record has an outcome, or its model is known to accept no calls. */
function needsSlot({ run, store, context }: Sending, entry: IndexEntry): boolean {
  if (store.statusOf(entry.position) !== undefined) return false;
  return run.models.refusal(targetNameOf(run, entry), context.resumes) === undefined;
}

function isSettled(result: RecordResult | undefined): boolean {
  const settled: readonly string[] = ["completed", "failed", "blocked"];
  return settled.includes(result?.status ?? "");
}

function countOf(results: readonly RecordResult[], status: RecordResult["status"]): number {
  return results.filter((result) => result.status === status).length;
}

function throwWhatIsToBeTriedAgain(sending: Sending, results: readonly RecordResult[]): void {
  if (sending.signal.aborted) {
    // After a pause or a cancellation, the slice reports its results. Otherwise its worker is
    // stopping or the server has lost the attempt, and the next attempt handles records without an
    // outcome.
    if (cancellationDetails()?.cancelRequested || results.every(isSettled)) return;
    throw sending.signal.reason;
  }
  const stuck = results.find((result) => result.status === "stuck");
  if (stuck) throw storageTrouble(stuck.message);
  const again = results.filter((result) => result.status === "again");
  if (again.length === 0) return;
  const soonest = again.reduce((first, one) => (one.dueAtMs < first.dueAtMs ? one : first));
  const telling = again.find(({ failure }) => failure.type !== "NotDue") ?? soonest;
  log.debug("calls failed and will be tried again", { calls: again.length, ...telling.failure });
  throw callsToRetry(telling.failure, soonest.dueAtMs - Date.now());
}

/** The earliest time at which a daily quota that ended some row's walk allows calls again. */
function usedUpUntil(results: readonly RecordResult[]): number | undefined {
  const times = results.flatMap((result) =>
    result.status === "left" ? (result.usedUpUntilMs ?? []) : [],
  );
  return times.length === 0 ? undefined : Math.min(...times);
}

/** The slice's models that wait for a person. */
function refusalsOf({ run, context }: Sending, entries: readonly IndexEntry[]): Refusal[] {
  // Which of its pipeline's models a row calls is not known before its walk.
  const names = context.targets?.map(({ target }) => target);
  const targets = new Set(names ?? entries.map((entry) => targetNameOf(run, entry)));
  return [...targets].flatMap((target) => {
    const failure = run.models.refusal(target, context.resumes);
    return failure ? [{ target, reason: cutMessage(failure.message) }] : [];
  });
}

/**
 * Watches for a second cancellation, which arrives as a marker in the run's folder: a cancelled
 * activity receives no further messages from the server. A run was deleted if the server does not
 * know it and its folder is gone. Nobody will read its answers.
 */
function watchForAbort(
  { calls, isAborted, isMissing, giveUp }: SendPromptsDependencies,
  directory: string,
  signal: AbortSignal,
): () => void {
  let timer: NodeJS.Timeout | undefined;
  const context = Context.current();
  const lookOnce = async (): Promise<void> => {
    if (await isAborted(directory)) calls.abort(directory);
    const isForgotten = context.cancellationDetails?.notFound === true;
    if (!isForgotten || !(await isMissing(directory))) return;
    calls.abort(directory);
    await giveUp(directory);
  };
  const look = (): void => {
    lookOnce().catch((error: unknown) => {
      log.warn("the run's folder can't be read", { error });
    });
  };
  const begin = (): void => {
    timer = setInterval(look, abortLookMs);
  };
  if (signal.aborted) begin();
  else signal.addEventListener("abort", begin, { once: true });
  return () => {
    clearInterval(timer);
    signal.removeEventListener("abort", begin);
  };
}
