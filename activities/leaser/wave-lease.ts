import { costTarget } from "../../src/domain/money/budget.js";
import { defined } from "../../src/domain/defined.js";
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
import type { Leaser } from "./leaser.js";
import type { OpenRun } from "../open-runs.js";
import { targetNameOf } from "../sending/model-states.js";
import { readRecord } from "../sending/read-record.js";
import { DayUsedUp } from "./waiting-line.js";
import { WaveHolds } from "./wave-holds.js";

export interface LeasedPage {
  readonly run: OpenRun;
  readonly store: GroupStore;
  readonly leaser: Leaser;
  readonly input: LeaseSlotsInput;
  /** Fires if nobody waits for the slots anymore. */
  readonly signal: AbortSignal;
}

/** A page's next records: records that need slots, and records that are skipped. */
interface Stretch {
  readonly sendable: readonly IndexEntry[];
  readonly completed: readonly Range[];
  readonly failed: readonly Range[];
  readonly blocked: readonly Range[];
  /** Records of models that a 429 or an outage delays. */
  readonly held: readonly Range[];
  /** Time at which the first of the held records may be called again, on this machine's clock. */
  readonly heldUntilMs: number;
  /** Position before which all records were examined. */
  readonly end: number;
}

const entriesARead = 1_024;
/** Maximum time in ms between two looks if all records are delayed. */
const lookAgainMs = 10_000;
/**
 * Maximum number of ranges in each list of a wave. A page keeps all of its waves in its history.
 */
const rangesAWave = 1_000;

type Taken = Pick<Wave, "slots" | "tokens" | "usedUpUntilMs">;

type Passed = "completed" | "failed" | "blocked" | "held";

/**
 * Reason why a record is skipped. `unsent`: its model was dropped, or `--on-blocked fail` applies
 * to it.
 */
type Why = Passed | "unsent";

/**
 * Leases one wave of a page: slots for its next records, and the reasons why the records before
 * them are skipped.
 */
export class WaveLease {
  readonly #run: OpenRun;
  readonly #store: GroupStore;
  readonly #leaser: Leaser;
  readonly #input: LeaseSlotsInput;
  readonly #signal: AbortSignal;
  readonly #blocked: ReadonlySet<string>;
  /** True if the money of `--max-cost` is spent, so that all records wait. */
  readonly #isSpent: boolean;

  constructor({ run, store, leaser, input, signal }: LeasedPage) {
    this.#run = run;
    this.#store = store;
    this.#leaser = leaser;
    this.#input = input;
    this.#signal = signal;
    this.#blocked = new Set(input.blocked);
    this.#isSpent = this.#blocked.has(costTarget);
  }

  async lease(): Promise<Wave> {
    const stretch = await this.#untilSomethingGoes();
    const taken = await this.#takeSlots(stretch);
    const count = countSlots(taken.slots);
    for (const entry of stretch.sendable.slice(0, count)) {
      this.#leaser.apis.reserve(targetNameOf(this.#run, entry));
    }
    // Records without a slot are added only if the first records have slots.
    const most = count === 0 ? 0 : Math.max(count, this.#input.records ?? 0);
    const sent = stretch.sendable.slice(0, most);
    const position = stretch.sendable[sent.length]?.position ?? stretch.end;
    const left = fewRanges(rangesBefore(stretch.held, position), rangesAWave);
    const blocked = fewRanges(rangesBefore(stretch.blocked, position), rangesAWave);
    const labels = this.#input.labels ? await this.#labelsOf(sent) : undefined;
    return {
      ranges: rangesOf(sent.map((entry) => entry.position)),
      ...taken,
      completed: countPositions(rangesBefore(stretch.completed, position)),
      failed: countPositions(rangesBefore(stretch.failed, position)),
      left: left.ranges,
      blocked: blocked.ranges,
      ...((left.coarse || blocked.coarse) && { coarse: true }),
      position,
      ...defined({ labels }),
    };
  }

  /** Waits while all remaining records are delayed. Otherwise the page would loop. */
  async #untilSomethingGoes(): Promise<Stretch> {
    for (;;) {
      const stretch = await this.#lookAhead();
      if (stretch.sendable.length > 0 || stretch.held.length === 0) return stretch;
      // A person may drop a model in the meantime.
      const atMs = Math.min(stretch.heldUntilMs, Date.now() + lookAgainMs);
      await this.#leaser.apis.untilNews(atMs, this.#signal);
    }
  }

  async #lookAhead(): Promise<Stretch> {
    const sendable: IndexEntry[] = [];
    const passed: Record<Passed, Range[]> = { completed: [], failed: [], blocked: [], held: [] };
    const most = this.#mostRecords();
    await this.#run.dropped.refresh();
    const holds = new WaveHolds(this.#leaser);
    let heldUntilMs = Infinity;
    let end = this.#input.ranges[0]?.[0] ?? 0;
    for (const [start, count] of readsOf(this.#input.ranges)) {
      const unsent: IndexEntry[] = [];
      for (const entry of await this.#store.readIndex(start, count)) {
        if (sendable.length === most) break;
        const why = this.#whyPassed(entry, holds);
        if (why === "unsent") unsent.push(entry);
        else if (why) addPosition(passed[why], entry.position);
        else sendable.push(entry);
        if (why === "held") {
          heldUntilMs = Math.min(heldUntilMs, holds.until(targetNameOf(this.#run, entry)));
        }
        end = entry.position + 1;
      }
      await this.#failUnsent(unsent);
      for (const { position } of unsent) addPosition(passed.failed, position);
      if (sendable.length === most) break;
    }
    return { ...passed, sendable, heldUntilMs, end: endOf(sendable, passed.held, end) };
  }

  /** True if records of blocked models fail. Records that wait for money always wait. */
  #failsBlocked(): boolean {
    return this.#run.manifest.settings.onBlocked === "fail" && !this.#isSpent;
  }

  #mostRecords(): number {
    return this.#input.records ?? this.#input.wanted;
  }

  #whyPassed(entry: IndexEntry, holds: WaveHolds): Why | undefined {
    const status = this.#store.statusOf(entry.position);
    if (status) return status;
    const target = targetNameOf(this.#run, entry);
    if (this.#run.dropped.failureOf(target)) return "unsent";
    if (this.#isSpent) return "blocked";
    if (this.#blocked.has(target)) return this.#failsBlocked() ? "unsent" : "blocked";
    return holds.letsGo(target) ? undefined : "held";
  }

  /**
   * Fails records without a call: those of dropped models, and with `--on-blocked fail` those of
   * blocked models.
   */
  async #failUnsent(entries: readonly IndexEntry[]): Promise<void> {
    if (entries.length === 0) return;
    await this.#store.openLog();
    const finishedAt = Date.now();
    await Promise.all(
      entries.map(async (entry) => {
        const target = targetNameOf(this.#run, entry);
        const known =
          this.#run.dropped.failureOf(target) ??
          this.#run.models.refusal(target, this.#input.resumes);
        const error = known ?? { type: "Blocked", message: `${target} refused an earlier call` };
        const outcome: Outcome = { status: "failed", sentAt: 0, finishedAt, attempts: 0, error };
        const { position } = entry;
        await this.#store.append({ kind: "outcome", position, finishedAt, outcome });
      }),
    );
  }

  async #takeSlots({ sendable, end }: Stretch): Promise<Taken> {
    if (sendable.length === 0) return { slots: [] };
    const input = this.#input;
    const { groupId: group, priority } = input;
    const first = sendable.slice(0, input.wanted);
    const estimates = await this.#estimatesOf(first);
    const wanted = estimates?.length ?? first.length;
    const lastOfPage = input.ranges.at(-1)?.[1] ?? 0;
    const more = wanted < sendable.length || end < lastOfPage;
    const wish = { group, ...currentRatesOf(input), priority, wanted, more, urgent: false };
    const signal = this.#signal;
    try {
      const tokens = estimates && { tokens: sum(estimates) / wanted };
      const slots = await this.#leaser.take({ ...wish, ...tokens }, signal);
      const counted = countedTokens(this.#leaser, { ...wish, ...tokens });
      // The slots arrived together with the cancellation and would not be used.
      if (signal.aborted) this.#leaser.lapse(group, { count: countSlots(slots), ...counted });
      signal.throwIfAborted();
      return { slots, ...counted };
    } catch (error) {
      if (!(error instanceof DayUsedUp)) throw error;
      return { slots: [], usedUpUntilMs: error.untilMs };
    }
  }

  /**
   * Returns the expected tokens of the next records, up to the tokens of one wave; `undefined` if
   * tokens are not counted.
   */
  async #estimatesOf(sendable: readonly IndexEntry[]): Promise<number[] | undefined> {
    const tokensPerMinute = Math.min(
      this.#input.tokensPerMinute ?? Infinity,
      this.#leaser.tokensPerMinute() ?? Infinity,
    );
    if (!Number.isFinite(tokensPerMinute)) return undefined;
    let left = tokensPerWave(tokensPerMinute);
    const estimates: number[] = [];
    for (const entry of sendable) {
      const record = await readRecord({ run: this.#run, store: this.#store }, entry);
      const answers = await this.#store.answersOf(entry.position);
      const tokens = await this.#run.estimates(this.#input.group).estimate({ record, answers });
      left -= tokens;
      if (left < 0 && estimates.length > 0) break;
      estimates.push(tokens);
    }
    return estimates;
  }

  async #labelsOf(entries: readonly IndexEntry[]): Promise<string[]> {
    const { preview, targets } = this.#input;
    const run = this.#run;
    const store = this.#store;
    if (targets) {
      const lines = await Promise.all(entries.map(async (entry) => store.readLine(entry)));
      return lines.map((line) => labelOfRow(line, preview));
    }
    const records = await Promise.all(
      entries.map(async (entry) => readRecord({ run, store }, entry)),
    );
    return records.map((record) => labelOf(record, preview));
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}

/**
 * Returns the end of the wave. Delayed records after the last sendable record are left to the next
 * wave of the page.
 */
function endOf(sendable: readonly IndexEntry[], held: readonly Range[], end: number): number {
  const last = sendable.at(-1);
  const lastHeld = held.at(-1);
  if (!last || !lastHeld || lastHeld[0] < last.position) return end;
  return last.position + 1;
}

function* readsOf(ranges: readonly Range[]): Generator<[start: number, count: number]> {
  for (const range of ranges) {
    for (let start = range[0]; start < range[1]; start += entriesARead) {
      yield [start, Math.min(range[1], start + entriesARead) - start];
    }
  }
}
