import { cancellationSignal } from "@temporalio/activity";
import type { Outcome } from "../../src/domain/record/outcome.js";
import {
  addPosition,
  countPositions,
  fewRanges,
  rangesBefore,
  rangesOf,
} from "../../src/domain/experiment/ranges.js";
import type { Range } from "../../src/domain/experiment/ranges.js";
import { currentRatesOf } from "../../src/domain/rates/current-rates.js";
import { countSlots } from "../../src/domain/limit/slots.js";
import { tokensPerWave } from "../../src/domain/experiment/waves.js";
import type { GroupStore, IndexEntry } from "../../src/storage/log/group-store.js";
import type { LeaseSlotsInput, Wave } from "../contract.js";
import { countedTokens } from "./counted-tokens.js";
import { labelOf, labelOfRow } from "../sending/label-of.js";
import type { EndedGroups } from "./ended-groups.js";
import type { Leaser } from "./leaser.js";
import type { Leasers } from "./leasers.js";
import type { OpenRun } from "../open-runs.js";
import { targetNameOf } from "../sending/model-states.js";
import { readRecord } from "../sending/read-record.js";
import type { RecordSource } from "../sending/read-record.js";
import { seePage } from "../sending/see-page.js";
import { storageTrouble } from "../to-application-failure.js";
import { DayUsedUp } from "./waiting-line.js";
import { WaveHolds } from "./wave-holds.js";

export interface LeaseSlotsDependencies {
  readonly run: OpenRun;
  readonly leasers: Leasers;
  readonly endedGroups: EndedGroups;
}

/** A page's next records: those that need slots, and those that are skipped. */
interface Stretch {
  readonly sendable: readonly IndexEntry[];
  readonly completed: readonly Range[];
  readonly failed: readonly Range[];
  readonly blocked: readonly Range[];
  /** Records of models that a 429 or an outage delays. */
  readonly held: readonly Range[];
  /** Time at which the first of these may be called again, on this machine's clock. */
  readonly heldUntilMs: number;
  /** All records before this position were examined. */
  readonly end: number;
}

const entriesARead = 1_024;
/**
 * Maximum number of ranges in each list of a wave. A page keeps all of its waves in its history.
 */
const rangesAWave = 1_000;

/**
 * Waits for slots for the next records of a page. Skips records that have an outcome, are blocked
 * or are delayed.
 */
export async function leaseSlots(
  { run, leasers, endedGroups }: LeaseSlotsDependencies,
  input: LeaseSlotsInput,
): Promise<Wave> {
  if (endedGroups.has(input.groupId)) return nothingMore(input);
  const store = await run.store(input.group);
  const trouble = store.failing();
  if (trouble !== undefined) throw storageTrouble(trouble);
  await seePage(store, input.pageId);
  const leaser = leasers.of(input);
  const stretch = await untilSomethingGoes({ run, store, leaser, input });
  const taken = await takeSlots({ run, store, leaser, input }, stretch);
  const given = countSlots(taken.slots);
  for (const entry of stretch.sendable.slice(0, given)) {
    leaser.apis.reserve(targetNameOf(run, entry));
  }
  // Records without a slot go along only if the first ones have some.
  const sent = stretch.sendable.slice(0, given === 0 ? 0 : Math.max(given, input.records ?? 0));
  const position = stretch.sendable[sent.length]?.position ?? stretch.end;
  const left = fewRanges(rangesBefore(stretch.held, position), rangesAWave);
  const blocked = fewRanges(rangesBefore(stretch.blocked, position), rangesAWave);
  const labels = input.labels ? await labelsOf({ run, store }, sent, input) : undefined;
  return {
    ranges: rangesOf(sent.map((entry) => entry.position)),
    ...taken,
    completed: countPositions(rangesBefore(stretch.completed, position)),
    failed: countPositions(rangesBefore(stretch.failed, position)),
    left: left.ranges,
    blocked: blocked.ranges,
    ...(left.coarse || blocked.coarse ? { coarse: true } : {}),
    position,
    ...(labels ? { labels } : {}),
  };
}

/** The answer for a page whose group has ended. */
function nothingMore({ ranges }: LeaseSlotsInput): Wave {
  const none = { ranges: [], slots: [], completed: 0, failed: 0, left: [], blocked: [] };
  return { ...none, position: ranges[0]?.[0] ?? 0, groupEnded: true };
}

interface Taking {
  readonly run: OpenRun;
  readonly store: GroupStore;
  readonly leaser: Leaser;
  readonly input: LeaseSlotsInput;
}

type Taken = Pick<Wave, "slots" | "tokens" | "usedUpUntilMs">;

async function takeSlots(taking: Taking, { sendable, end }: Stretch): Promise<Taken> {
  if (sendable.length === 0) return { slots: [] };
  const { leaser, input } = taking;
  const { groupId: group, priority } = input;
  const first = sendable.slice(0, input.wanted);
  const estimates = await estimatesOf(taking, first);
  const wanted = estimates?.length ?? first.length;
  const lastOfPage = input.ranges.at(-1)?.[1] ?? 0;
  const more = wanted < sendable.length || end < lastOfPage;
  const wish = { group, ...currentRatesOf(input), priority, wanted, more, urgent: false };
  const signal = cancellationSignal();
  try {
    const tokens = estimates && { tokens: sum(estimates) / wanted };
    const slots = await leaser.take({ ...wish, ...tokens }, signal);
    const counted = countedTokens(leaser, { ...wish, ...tokens });
    // They arrived with the cancellation and would not be used.
    if (signal.aborted) leaser.lapse(group, { count: countSlots(slots), ...counted });
    signal.throwIfAborted();
    return { slots, ...counted };
  } catch (error) {
    if (!(error instanceof DayUsedUp)) throw error;
    return { slots: [], usedUpUntilMs: error.untilMs };
  }
}

/**
 * Expected tokens of the next records, up to the tokens of one wave; `undefined` if tokens are not
 * counted.
 */
async function estimatesOf(
  { run, store, leaser, input }: Taking,
  sendable: readonly IndexEntry[],
): Promise<number[] | undefined> {
  const tokensPerMinute = Math.min(
    input.tokensPerMinute ?? Infinity,
    leaser.tokensPerMinute() ?? Infinity,
  );
  if (!Number.isFinite(tokensPerMinute)) return undefined;
  let left = tokensPerWave(tokensPerMinute);
  const estimates: number[] = [];
  for (const entry of sendable) {
    const record = await readRecord({ run, store }, entry);
    const answers = await store.answersOf(entry.position);
    const tokens = await run.estimates(input.group).estimate({ record, answers });
    left -= tokens;
    if (left < 0 && estimates.length > 0) break;
    estimates.push(tokens);
  }
  return estimates;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}

/** Waits while all remaining records are delayed, which keeps the page from looping. */
async function untilSomethingGoes(taking: Taking): Promise<Stretch> {
  for (;;) {
    const stretch = await lookAhead(taking);
    if (stretch.sendable.length > 0 || stretch.held.length === 0) return stretch;
    await taking.leaser.apis.untilNews(stretch.heldUntilMs, cancellationSignal());
  }
}

async function lookAhead({ run, store, leaser, input }: Taking): Promise<Stretch> {
  const sendable: IndexEntry[] = [];
  const passed: Record<Passed, Range[]> = { completed: [], failed: [], blocked: [], held: [] };
  const most = mostRecords(input);
  const failsBlocked = run.manifest.settings.onBlocked === "fail";
  const blocked = new Set(input.blocked);
  const holds = new WaveHolds(run, leaser);
  let heldUntilMs = Infinity;
  let end = input.ranges[0]?.[0] ?? 0;
  for (const [start, count] of readsOf(input.ranges)) {
    const unsent: IndexEntry[] = [];
    for (const entry of await store.readIndex(start, count)) {
      if (sendable.length === most) break;
      const why = whyPassed(entry, { run, store, blocked, holds });
      if (why === "blocked" && failsBlocked) unsent.push(entry);
      else if (why) addPosition(passed[why], entry.position);
      else sendable.push(entry);
      if (why === "held")
        heldUntilMs = Math.min(heldUntilMs, holds.until(targetNameOf(run, entry)));
      end = entry.position + 1;
    }
    await failBlocked({ run, store, input }, unsent);
    for (const { position } of unsent) addPosition(passed.failed, position);
    if (sendable.length === most) break;
  }
  return { ...passed, sendable, heldUntilMs, end: endOf(sendable, passed.held, end) };
}

function mostRecords({ records, wanted }: LeaseSlotsInput): number {
  return records ?? wanted;
}

/** Delayed records after the last sendable one wait for the next wave of the page. */
function endOf(sendable: readonly IndexEntry[], held: readonly Range[], end: number): number {
  const last = sendable.at(-1);
  const lastHeld = held.at(-1);
  if (!last || !lastHeld || lastHeld[0] < last.position) return end;
  return last.position + 1;
}

type Passed = "completed" | "failed" | "blocked" | "held";

interface Knowledge {
  readonly run: OpenRun;
  readonly store: GroupStore;
  readonly blocked: ReadonlySet<string>;
  readonly holds: WaveHolds;
}

function whyPassed(
  entry: IndexEntry,
  { run, store, blocked, holds }: Knowledge,
): Passed | undefined {
  const status = store.statusOf(entry.position);
  if (status) return status;
  const target = targetNameOf(run, entry);
  if (blocked.has(target)) return "blocked";
  return holds.letsGo(target) ? undefined : "held";
}

function* readsOf(ranges: readonly Range[]): Generator<[start: number, count: number]> {
  for (const range of ranges) {
    for (let start = range[0]; start < range[1]; start += entriesARead) {
      yield [start, Math.min(range[1], start + entriesARead) - start];
    }
  }
}

/** With `--on-blocked fail`, records of a blocked model fail without a call. */
async function failBlocked(
  { run, store, input }: { run: OpenRun; store: GroupStore; input: LeaseSlotsInput },
  entries: readonly IndexEntry[],
): Promise<void> {
  if (entries.length === 0) return;
  await store.openLog();
  const finishedAt = Date.now();
  await Promise.all(
    entries.map(async (entry) => {
      const target = targetNameOf(run, entry);
      const known = run.models.refusal(target, input.resumes);
      const error = known ?? { type: "Blocked", message: `${target} refused an earlier call` };
      const outcome: Outcome = { status: "failed", sentAt: 0, finishedAt, attempts: 0, error };
      await store.append({ kind: "outcome", position: entry.position, finishedAt, outcome });
    }),
  );
}

async function labelsOf(
  source: RecordSource,
  entries: readonly IndexEntry[],
  { preview, targets }: LeaseSlotsInput,
): Promise<string[]> {
  if (targets) {
    const lines = await Promise.all(entries.map(async (entry) => source.store.readLine(entry)));
    return lines.map((line) => labelOfRow(line, preview));
  }
  const records = await Promise.all(entries.map(async (entry) => readRecord(source, entry)));
  return records.map((record) => labelOf(record, preview));
}
