/**
 * The one place in a worker process where slots of a limit come from.
 *
 * It joins all that waits into one update at a time (the server refuses more than ten in flight on a workflow) and
 * hands the slots out: retries first, then in the order of asking. It holds no rate of its own. A waiter that is
 * cancelled leaves the queue, and slots that nobody waits for any more go to the next who asks, or lapse.
 *
 * After a crash nothing of it is missed: what it had leased lapses at the limit, and whoever waited is an activity
 * that is tried again.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { GroupAsk, LeaseAnswer, LeaseRequest } from "../src/domain/lease.js";
import { countSlots, type SlotRun, splitSlots } from "../src/domain/slots.js";
import { type Clock, ClockOffset } from "./clock-offset.js";
import { GroupLedger, type Wish } from "./group-ledger.js";

export type LeaseCall = (request: LeaseRequest) => Promise<LeaseAnswer>;

export interface LeaserOptions {
  readonly process: string;
  readonly lease: LeaseCall;
  readonly clock: Clock;
  readonly onTrouble: (message: string, error: unknown) => void;
}

interface Waiter {
  readonly wish: Wish;
  readonly resolve: (slots: readonly SlotRun[]) => void;
  /** The limit knows of it. */
  asked: boolean;
}

const joinMs = 5;
const reportMs = 100;
const keepAliveMs = 5_000;
const troubleMs = 1_000;

export class Leaser {
  readonly #options: LeaserOptions;
  readonly #offset: ClockOffset;
  readonly #groups: GroupLedger;
  #waiters: Waiter[] = [];
  #asking: Promise<void> | undefined;
  #reportCalls = false;
  #holdForMs: number | undefined;
  #lateShare = 0;
  #timer: { readonly at: number; readonly handle: NodeJS.Timeout } | undefined;

  constructor(options: LeaserOptions) {
    this.#options = options;
    const offset = new ClockOffset(options.clock);
    this.#offset = offset;
    this.#groups = new GroupLedger(options.clock, (limitMs) => offset.toLocal(limitMs));
  }

  /** Waits for at least one slot, at most `wish.wanted`. Rejects with the signal's reason. */
  async take(wish: Wish, signal: AbortSignal): Promise<readonly SlotRun[]> {
    signal.throwIfAborted();
    const spare = this.#groups.takeSpare(wish);
    if (spare.length > 0) return spare;
    const alreadyAsked = this.#waiters.some(
      (waiter) => waiter.asked && isSameAsk(waiter.wish, wish),
    );
    return new Promise((resolve, reject) => {
      const waiter: Waiter = {
        wish,
        asked: false,
        resolve: (slots) => {
          signal.removeEventListener("abort", leave);
          resolve(slots);
        },
      };
      const leave = (): void => {
        this.#waiters = this.#waiters.filter((one) => one !== waiter);
        // The reason of an AbortSignal is whatever its owner gave, here the SDK's CancelledFailure.
        // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors
        reject(signal.reason);
      };
      signal.addEventListener("abort", leave, { once: true });
      this.#waiters.push(waiter);
      if (!alreadyAsked) this.#askIn(joinMs);
    });
  }

  /** A slot's instant in this machine's time; asks for the limit's clock where this process never has. */
  async toLocal(atMs: number): Promise<number> {
    while (!this.#offset.isKnown()) {
      await this.#ask();
      if (!this.#offset.isKnown()) await sleep(troubleMs);
    }
    return this.#offset.toLocal(atMs);
  }

  /** A slot is used now: the call counts as in flight until `end`. */
  claim(group: string): void {
    this.#groups.claim(group);
    this.#report();
  }

  end(group: string): void {
    this.#groups.end(group);
    this.#report();
  }

  /** Slots that will not be used. */
  lapse(group: string, count = 1): void {
    this.#groups.lapse(group, count);
    this.#report();
  }

  /** What came to its turn late, or in time: a process that is always late asks for less. */
  noteTurn(late: boolean): void {
    this.#lateShare = this.#lateShare * 0.95 + (late ? 0.05 : 0);
  }

  /** Nothing goes for a while, for nobody: a 429's Retry-After. */
  hold(forMs: number): void {
    this.#holdForMs = Math.max(forMs, this.#holdForMs ?? 0);
    this.#askIn(0);
  }

  #report(): void {
    if (this.#reportCalls) this.#askIn(reportMs);
  }

  #askIn(ms: number): void {
    const at = this.#options.clock.monotonic() + ms;
    if (this.#timer && this.#timer.at <= at) return;
    if (this.#timer) clearTimeout(this.#timer.handle);
    const handle = setTimeout(() => {
      this.#timer = undefined;
      void this.#ask();
    }, ms);
    handle.unref();
    this.#timer = { at, handle };
  }

  /** Never rejects: trouble with the server is "again soon". */
  async #ask(): Promise<void> {
    // Who comes while one is under way is asked for when its answer is there.
    this.#asking ??= this.#askOnce().finally(() => {
      this.#asking = undefined;
    });
    return this.#asking;
  }

  async #askOnce(): Promise<void> {
    const asks = this.#asks();
    const holdForMs = this.#holdForMs;
    const sentAtMs = this.#options.clock.now();
    try {
      const answer = await this.#options.lease({
        process: this.#options.process,
        asks,
        ...(holdForMs === undefined ? {} : { holdForMs }),
      });
      this.#offset.note(answer.nowMs, sentAtMs, this.#options.clock.now());
      if (this.#holdForMs === holdForMs) this.#holdForMs = undefined;
      this.#settle(asks, answer);
    } catch (error) {
      this.#options.onTrouble("slots cannot be leased now; asking again in a second", error);
      this.#askIn(troubleMs);
    }
  }

  #asks(): GroupAsk[] {
    const waiting = new Set(this.#waiters.map(({ wish }) => wish.group));
    const asks = new Map(this.#groups.news(waiting).map((ask) => [ask.group, ask]));
    for (const waiter of this.#waiters) {
      waiter.asked = true;
      const { wish } = waiter;
      asks.set(wish.group, this.#joined(asks.get(wish.group), wish));
    }
    return [...asks.values()];
  }

  /** A wave knows the group's rate as it is now; a retry has that of its start. */
  #joined(known: GroupAsk | undefined, wish: Wish): GroupAsk {
    const wanted = (known?.wanted ?? 0) + this.#wanted(wish);
    if (!known || known.wanted === 0) {
      const ask = this.#groups.askOf(wish);
      return { ...ask, wanted, ...(wish.urgent ? { retriesOnly: true } : {}) };
    }
    const priority = Math.min(known.priority, wish.priority);
    if (wish.urgent) return { ...known, wanted, priority };
    const ask = this.#groups.askOf(wish);
    return { ...ask, wanted, priority };
  }

  #wanted({ wanted, urgent }: Wish): number {
    return urgent ? wanted : Math.max(1, Math.round(wanted * (1 - this.#lateShare)));
  }

  #settle(asks: readonly GroupAsk[], answer: LeaseAnswer): void {
    for (const ask of asks) this.#groups.noteReported(ask);
    this.#reportCalls = answer.reportCalls;
    for (const { group, slots } of answer.grants) {
      this.#handOut(group, slots);
      const wanted = asks.find((ask) => ask.group === group)?.wanted ?? 0;
      if (countSlots(slots) >= wanted) this.#askAnew(group);
    }
    this.#planNext(answer);
  }

  #planNext(answer: LeaseAnswer): void {
    const short = this.#waiters.filter(({ asked }) => asked).map(({ wish }) => wish);
    const unasked = this.#waiters.some(
      ({ asked, wish }) => !asked && !short.some((one) => isSameAsk(one, wish)),
    );
    if (unasked || this.#holdForMs !== undefined) this.#askIn(joinMs);
    if (short.length > 0) {
      this.#askIn(this.#offset.toLocal(answer.askAgainAtMs) - this.#options.clock.now());
    }
    if (answer.reportCalls && this.#groups.isRunning()) this.#askIn(keepAliveMs);
    if (answer.reportCalls && this.#groups.hasNews()) this.#askIn(reportMs);
  }

  /** The limit gave all that it was asked for: of who still waits, since others took it, it knows no more. */
  #askAnew(group: string): void {
    for (const waiter of this.#waiters) if (waiter.wish.group === group) waiter.asked = false;
  }

  #handOut(group: string, slots: readonly SlotRun[]): void {
    let left = slots;
    const waiting = this.#waiters.filter(({ wish }) => wish.group === group);
    waiting.sort((a, b) => Number(b.wish.urgent) - Number(a.wish.urgent));
    for (const waiter of waiting) {
      const [taken, rest] = splitSlots(left, waiter.wish.wanted);
      if (taken.length === 0) break;
      left = rest;
      this.#waiters = this.#waiters.filter((one) => one !== waiter);
      waiter.resolve(taken);
    }
    this.#groups.keepSpare(group, left);
  }
}

function isSameAsk(one: Wish, other: Wish): boolean {
  return (
    one.group === other.group &&
    one.requestsPerMinute === other.requestsPerMinute &&
    one.inFlight === other.inFlight
  );
}
