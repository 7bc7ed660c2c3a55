import { join } from "node:path";
import { activityInfo, Context } from "@temporalio/activity";
import type { Mutex } from "async-mutex";
import type { Range } from "../../src/domain/experiment/ranges.js";
import type { GroupStore, IndexEntry } from "../../src/storage/log/group-store.js";
import type { CallObserver } from "./call/call-observer.js";
import type { CallsInFlight } from "./call/calls-in-flight.js";
import type { SendPromptsInput, SliceResult } from "../contract.js";
import type { Leasers } from "../leaser/leasers.js";
import { lookEvery } from "../look-every.js";
import type { OpenRun } from "../open-runs.js";
import { whileItGoesOn } from "../run-stop.js";
import { whenAborted } from "../when-aborted.js";
import { seePage } from "./see-page.js";
import { sendRecord } from "./send-record.js";
import { sendSlice } from "./send-slice.js";
import type { SendOne } from "./send-slice.js";
import type { CallEnd, Sending } from "./sending.js";

export interface SendPromptsDependencies {
  readonly run: OpenRun;
  readonly leasers: Leasers;
  readonly calls: CallsInFlight<CallEnd>;
  readonly suspects: Mutex;
  readonly observer: CallObserver;
  readonly isAborted: (directory: string) => Promise<boolean>;
  /** True if the run's folder was moved or deleted. */
  readonly isMissing: (directory: string) => Promise<boolean>;
  /** Discards the data of a run's log that is still in memory. */
  readonly giveUp: (directory: string) => Promise<void>;
}

const abortLookMs = 500;

/**
 * Sends a slice. After a cancellation, calls in flight end normally, and unsent records are left.
 */
export async function sendPrompts(
  dependencies: SendPromptsDependencies,
  input: SendPromptsInput,
  sendOne: SendOne = sendRecord,
): Promise<SliceResult> {
  return whileItGoesOn(dependencies.run.stopped, async (signal) => {
    const sending = await openSending(dependencies, input, signal);
    const stopWatching = watchForAbort(dependencies, input.directory, signal);
    try {
      const entries = await entriesOf(sending.store, input.ranges);
      return await sendSlice(sending, entries, { input, sendOne });
    } finally {
      stopWatching();
    }
  });
}

async function openSending(
  { run, leasers, calls, suspects, observer }: SendPromptsDependencies,
  input: SendPromptsInput,
  signal: AbortSignal,
): Promise<Sending> {
  const store = await run.store(input.group);
  await store.openLog();
  await seePage(store, input.pageId);
  return {
    context: input,
    run,
    store,
    leaser: leasers.of(input),
    calls,
    observer,
    mediaFolder: join(run.manifest.settings.dataFolder, "media"),
    signal,
    isRetried: activityInfo().attempt > 1,
    suspects,
    dueAtMs: run.dueAtMs(input.group),
  };
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

/**
 * Watches for a second cancellation, which arrives as a marker in the run's folder: a cancelled
 * activity receives no further messages from the server. If the server does not know the run and
 * its folder is gone, the run was deleted, and nobody will read its answers.
 */
function watchForAbort(
  { calls, isAborted, isMissing, giveUp }: SendPromptsDependencies,
  directory: string,
  signal: AbortSignal,
): () => void {
  let stopLooking: (() => void) | undefined;
  const context = Context.current();
  const lookOnce = async (): Promise<void> => {
    if (await isAborted(directory)) calls.abort(directory);
    const isForgotten = context.cancellationDetails?.notFound === true;
    if (!isForgotten || !(await isMissing(directory))) return;
    calls.abort(directory);
    await giveUp(directory);
  };
  const forget = whenAborted(signal, () => {
    stopLooking = lookEvery(abortLookMs, lookOnce, (error) => {
      // A cancellation comes from outside the activity, where the SDK's `log` throws.
      context.log.warn("the run's folder can't be read", { error });
    });
  });
  return () => {
    stopLooking?.();
    forget();
  };
}
