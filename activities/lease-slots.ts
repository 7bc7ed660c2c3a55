import { cancellationSignal } from "@temporalio/activity";
import type { Outcome } from "../src/domain/outcome.js";
import { countPositions, type Range, rangesOf } from "../src/domain/ranges.js";
import { countSlots } from "../src/domain/slots.js";
import type { GroupStore, IndexEntry } from "../src/storage/group-store.js";
import type { LeaseSlotsInput, Wave } from "./contract.js";
import { labelOf } from "./label-of.js";
import type { Leasers } from "./leasers.js";
import type { OpenRun } from "./open-runs.js";
import { seePage } from "./see-page.js";
import { storageTrouble } from "./to-application-failure.js";

export interface LeaseSlotsDependencies {
  readonly run: OpenRun;
  readonly leasers: Leasers;
}

/** What lies before a page: the records that want slots, and those that are passed over on the way. */
interface Stretch {
  readonly sendable: readonly IndexEntry[];
  readonly completed: readonly number[];
  readonly failed: readonly number[];
  readonly blocked: readonly number[];
  /** All before it was looked at. */
  readonly end: number;
}

const entriesARead = 1_024;

/** Waits for slots for the next records of a page; passes over what has an outcome and what is blocked. */
export async function leaseSlots(
  { run, leasers }: LeaseSlotsDependencies,
  input: LeaseSlotsInput,
): Promise<Wave> {
  const store = await run.store(input.group);
  const trouble = store.failing();
  if (trouble !== undefined) throw storageTrouble(trouble);
  await seePage(store, input.pageId);
  const stretch = await lookAhead(run, store, input);
  const { groupId: group, requestsPerMinute, inFlight, priority } = input;
  const slots =
    stretch.sendable.length === 0
      ? []
      : await leasers.of(input).take(
          {
            group,
            requestsPerMinute,
            ...(inFlight === undefined ? {} : { inFlight }),
            priority,
            wanted: stretch.sendable.length,
            urgent: false,
          },
          cancellationSignal(),
        );
  const sent = stretch.sendable.slice(0, countSlots(slots));
  const next = stretch.sendable[sent.length]?.position ?? stretch.end;
  const position = sent.length === 0 ? stretch.end : next;
  const countBefore = (positions: readonly number[]): number =>
    positions.filter((one) => one < position).length;
  const labels = input.labels ? await labelsOf(store, sent, input.preview) : undefined;
  return {
    ranges: rangesOf(sent.map((entry) => entry.position)),
    slots,
    nowMs: Date.now(),
    completed: countBefore(stretch.completed),
    failed: countBefore(stretch.failed),
    blocked: rangesOf(stretch.blocked.filter((one) => one < position)),
    position,
    ...(labels ? { labels } : {}),
  };
}

async function lookAhead(
  run: OpenRun,
  store: GroupStore,
  input: LeaseSlotsInput,
): Promise<Stretch> {
  const blocked = new Set(input.blocked);
  const sendable: IndexEntry[] = [];
  const passed: Record<"completed" | "failed" | "blocked", number[]> = {
    completed: [],
    failed: [],
    blocked: [],
  };
  let end = input.ranges[0]?.[0] ?? 0;
  for (const [start, count] of readsOf(input.ranges)) {
    const entries = await store.readIndex(start, count);
    for (const entry of entries) {
      if (sendable.length === input.wanted) return { sendable, ...passed, end };
      const { position } = entry;
      const status = store.statusOf(position);
      if (status) {
        passed[status].push(position);
      } else if (!blocked.has(entry.target)) {
        sendable.push(entry);
      } else if (await failBlocked({ run, store, input }, position, entry.target)) {
        passed.failed.push(position);
      } else {
        passed.blocked.push(position);
      }
      end = position + 1;
    }
  }
  return { sendable, ...passed, end };
}

function* readsOf(ranges: readonly Range[]): Generator<[start: number, count: number]> {
  for (const range of ranges) {
    for (let start = range[0]; start < range[1]; start += entriesARead) {
      yield [start, countPositions([[start, Math.min(range[1], start + entriesARead)]])];
    }
  }
}

/** With `--on-blocked fail`, records of a model that waits for a person fail without a call. */
async function failBlocked(
  { run, store, input }: { run: OpenRun; store: GroupStore; input: LeaseSlotsInput },
  position: number,
  target: number,
): Promise<boolean> {
  if (run.manifest.settings.onBlocked === "wait") return false;
  const known = run.models.refusal(target, input.resumes);
  const name = run.manifest.targets[target] ?? "";
  const error = known ?? { type: "Blocked", message: `${name} refused an earlier call` };
  const finishedAt = Date.now();
  const outcome: Outcome = { status: "failed", sentAt: 0, finishedAt, attempts: 0, error };
  await store.append({ kind: "outcome", position, finishedAt, outcome });
  return true;
}

async function labelsOf(
  store: GroupStore,
  entries: readonly IndexEntry[],
  preview: boolean,
): Promise<string[]> {
  const records = await Promise.all(entries.map(async (entry) => store.readRecordAt(entry)));
  return records.map(({ record }) => labelOf(record, preview));
}
