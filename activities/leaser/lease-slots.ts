import { activityInfo } from "@temporalio/activity";
import { defined } from "../../src/domain/defined.js";
import type { LeaseSlotsInput, Wave } from "../contract.js";
import type { OpenRun } from "../open-runs.js";
import { whileItGoesOn } from "../run-stop.js";
import { seePage } from "../sending/see-page.js";
import { storageTrouble } from "../to-application-failure.js";
import type { EndedGroups } from "./ended-groups.js";
import type { Leasers } from "./leasers.js";
import { WaveLease } from "./wave-lease.js";

export interface LeaseSlotsDependencies {
  readonly run: OpenRun;
  readonly leasers: Leasers;
  readonly endedGroups: EndedGroups;
}

/**
 * Waits for slots for the next records of a page. Skips records that have an outcome, are blocked
 * or are delayed.
 */
export async function leaseSlots(
  { run, leasers, endedGroups }: LeaseSlotsDependencies,
  given: LeaseSlotsInput,
): Promise<Wave> {
  if (await endedGroups.has(given.groupId)) return nothingMore(given, { groupEnded: true });
  leasers.open(given.targets ?? []);
  const store = await run.store(given.group);
  const trouble = store.failing();
  if (trouble !== undefined) throw storageTrouble(trouble, activityInfo().attempt);
  await seePage(store, given.pageId);
  const accepted = given.rowsWanted === undefined ? undefined : store.accepted();
  const input = withinMissing(given, accepted);
  if (input.wanted === 0) return nothingMore(given, defined({ accepted }));
  const leaser = leasers.of(input);
  try {
    const wave = await whileItGoesOn(run.stopped, async (signal) =>
      new WaveLease({ run, store, leaser, input, signal }).lease(),
    );
    return { ...wave, ...defined({ accepted }) };
  } catch (error) {
    // The page will soon receive the cancellation.
    if (run.stopped.aborted) return nothingMore(given, {});
    throw error;
  }
}

/**
 * Returns the answer for a page whose run or group has ended, or whose group needs no more rows.
 */
export function nothingMore(
  { ranges }: LeaseSlotsInput,
  why: Pick<Wave, "groupEnded" | "accepted">,
): Wave {
  const none = { ranges: [], slots: [], completed: 0, failed: 0, left: [], blocked: [] };
  return { ...none, position: ranges[0]?.[0] ?? 0, ...why };
}

/** Limits a request to as many records as are missing. */
function withinMissing(input: LeaseSlotsInput, accepted = 0): LeaseSlotsInput {
  const { rowsWanted, wanted, records } = input;
  if (rowsWanted === undefined) return input;
  const most = Math.max(0, rowsWanted - accepted);
  return {
    ...input,
    wanted: Math.min(wanted, most),
    ...(records !== undefined && { records: Math.min(records, most) }),
  };
}
