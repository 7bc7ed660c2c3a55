/**
 * The only source of a limit's slots in a worker process. It combines all waiting requests into one
 * update at a time (the server rejects more than ten pending ones per workflow), and distributes
 * the slots: retries first, then in the order of the requests. It has no rate of its own. A
 * cancelled request leaves the queue. Its slots go to the next request, or lapse. A crash loses
 * nothing: leased slots lapse at the limit, and the waiting activities are retried.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { GroupAsk, LeaseAnswer, LeaseRequest } from "../../src/domain/limit/lease-messages.js";
import { countSlots } from "../../src/domain/limit/slots.js";
import type { SlotRun } from "../../src/domain/limit/slots.js";
import { unknownTokens } from "../../src/domain/limit/token-pace.js";
import { ApiHealths } from "./api-healths.js";
import { ApiPaces } from "./api-paces.js";
import { ClockOffset } from "./clock-offset.js";
import type { Clock } from "./clock-offset.js";
import { GroupLedger } from "./group-ledger.js";
import type { AskedWish, Wish } from "./group-ledger.js";
import { joinWish } from "./join-wish.js";
import { WaitingLine } from "./waiting-line.js";

export type LeaseCall = (request: LeaseRequest) => Promise<LeaseAnswer>;

export interface LeaserOptions {
  readonly process: string;
  /** Workers that have ended without a report. The limit is told at once. @default none */
  readonly endedWorkers?: readonly string[];
  /** The `<api>/<model>` of all calls of the limit, if there is only one. */
  readonly onlyTarget?: string;
  /** Health of the APIs, shared by the limits of a process. @default not shared */
  readonly healths?: ApiHealths;
  /** Offset of the server's clock, shared by the limits of a process. @default not shared */
  readonly offset?: ClockOffset;
  readonly lease: LeaseCall;
  readonly clock: Clock;
  readonly onTrouble: (message: string, error: unknown) => void;
}

const joinMs = 5;
const reportMs = 100;
const keepAliveMs = 5_000;
const troubleMs = 1_000;
/** Delay in ms of the report of used tokens, which is sent even if no request waits. */
const settleMs = 1_000;

export class Leaser {
  readonly apis: ApiPaces;
  readonly #options: LeaserOptions;
  readonly #offset: ClockOffset;
  readonly #groups: GroupLedger;
  readonly #line = new WaitingLine();
  #asking: Promise<void> | undefined;
  #endedWorkers: readonly string[];
  #reportCalls = false;
  #isAnswered = false;
  #tokensPerMinute: number | undefined;
  #requestsPerMinute: number | undefined;
  #lateShare = 0;
  #usedAtMs: number;
  #timer: { readonly at: number; readonly handle: NodeJS.Timeout } | undefined;

  constructor(options: LeaserOptions) {
    this.#options = options;
    this.#endedWorkers = options.endedWorkers ?? [];
    this.#usedAtMs = options.clock.monotonic();
    const offset = options.offset ?? new ClockOffset(options.clock);
    this.#offset = offset;
    this.#groups = new GroupLedger(options.clock, (limitMs) => offset.toLocal(limitMs));
    this.apis = new ApiPaces({
      onlyTarget: options.onlyTarget,
      healths: options.healths ?? new ApiHealths(),
      now: () => options.clock.now(),
      tellIn: (ms) => {
        this.#askIn(ms);
      },
    });
    if (this.#endedWorkers.length > 0) this.#askIn(0);
  }

  /**
   * Waits for slots and returns at least one. Rejects with the signal's reason, or with a
   * `DayUsedUp`.
   */
  async take(wish: Wish, signal: AbortSignal): Promise<readonly SlotRun[]> {
    signal.throwIfAborted();
    this.#usedAtMs = this.#options.clock.monotonic();
    const spare = this.#groups.takeSpare(wish, this.tokensPerMinute() !== undefined);
    if (spare.length > 0) return spare;
    const alreadyAsked = this.#line.hasAskedLike(wish);
    const slots = this.#line.wait(wish, signal);
    if (!alreadyAsked) this.#askIn(joinMs);
    return slots;
  }

  /**
   * Converts a slot's time to this machine's clock. Asks for the limit's clock until its offset is
   * known.
   */
  toLocal(atMs: number): number | Promise<number> {
    return this.#offset.isKnown() ? this.#offset.toLocal(atMs) : this.#toLocalOnceKnown(atMs);
  }

  /** Marks a slot as used now. The call counts as in flight until `end`. */
  claim(group: string): void {
    this.#groups.claim(group);
    this.#report();
  }

  end(group: string): void {
    this.#usedAtMs = this.#options.clock.monotonic();
    this.#groups.end(group);
    this.#report();
  }

  /**
   * Notes slots that will not be used.
   * @param tokens tokens that each slot was counted for
   */
  lapse(group: string, { count = 1, tokens = 0 } = {}): void {
    this.#groups.lapse(group, count);
    this.settle(group, -count * tokens);
    this.#report();
  }

  /**
   * Returns the limit on tokens, if tokens are limited. Each taken slot counts for the wish's
   * tokens, or for `unknownTokens`.
   */
  tokensPerMinute(): number | undefined {
    return this.#tokensPerMinute;
  }

  /** Returns the limit's rate for all groups; `undefined` before its first answer. */
  requestsPerMinute(): number | undefined {
    return this.#requestsPerMinute;
  }

  /**
   * Notes tokens that calls have used in addition to those counted; negative if they used fewer.
   * Does nothing if tokens are known to be unlimited. They are not known if another process has
   * leased the slots of the calls.
   */
  settle(group: string, tokens: number): void {
    const isUnlimited = this.#isAnswered && this.#tokensPerMinute === undefined;
    if (tokens === 0 || isUnlimited) return;
    this.#groups.settle(group, tokens);
    // A waiting request may then get its slot earlier.
    const isWaited = tokens < 0 && this.#line.hasAsked();
    this.#askIn(isWaited ? reportMs : settleMs);
  }

  /** Notes whether a slot was used late. A process that is always late asks for less. */
  noteTurn(late: boolean): void {
    this.#lateShare = this.#lateShare * 0.95 + (late ? 0.05 : 0);
  }

  /**
   * True if the leaser was unused for `forMs` and the limit knows all of its counts. Reports the
   * missing counts first.
   */
  isIdle(forMs: number): boolean {
    const isBusy = this.#asking !== undefined || this.#timer !== undefined || this.#line.isWaited();
    const usedForMs = this.#options.clock.monotonic() - this.#usedAtMs;
    if (isBusy || this.#groups.isInUse() || usedForMs < forMs) return false;
    if (!this.#groups.hasNews()) return true;
    this.#askIn(0);
    return false;
  }

  async #toLocalOnceKnown(atMs: number): Promise<number> {
    while (!this.#offset.isKnown()) {
      const { answers } = this.#offset;
      await this.#ask();
      if (this.#offset.answers === answers) await sleep(troubleMs);
    }
    return this.#offset.toLocal(atMs);
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

  /** Sends the requests. Never rejects: after a server error it soon asks again. */
  async #ask(): Promise<void> {
    // Requests that arrive during an update are sent after its answer.
    this.#asking ??= this.#askOnce().finally(() => {
      this.#asking = undefined;
    });
    return this.#asking;
  }

  async #askOnce(): Promise<void> {
    const asks = this.#asks();
    const sentAtMs = this.#options.clock.now();
    const { reports, giveBack } = this.apis.takeReports(sentAtMs);
    const endedWorkers = this.#endedWorkers;
    try {
      const answer = await this.#options.lease({
        process: this.#options.process,
        asks,
        ...(reports.length > 0 && { reports }),
        ...(endedWorkers.length > 0 && { endedWorkers }),
      });
      this.#endedWorkers = [];
      this.#offset.note(answer.nowMs, sentAtMs, this.#options.clock.now());
      this.#settle(asks, answer);
    } catch (error) {
      giveBack();
      this.#options.onTrouble("slots cannot be leased now; asking again in a second", error);
      this.#askIn(troubleMs);
    }
  }

  #asks(): GroupAsk[] {
    const asks = new Map(this.#groups.news(this.#line.groups()).map((ask) => [ask.group, ask]));
    const joining = {
      askOf: (wish: AskedWish) => this.#groups.askOf(wish),
      wantedOf: (wish: Wish) => this.#wanted(wish),
    };
    for (const wish of this.#line.ask()) {
      asks.set(wish.group, joinWish(asks.get(wish.group), wish, joining));
    }
    return [...asks.values()];
  }

  #wanted({ wanted, urgent }: Wish): number {
    return urgent ? wanted : Math.max(1, Math.round(wanted * (1 - this.#lateShare)));
  }

  #settle(asks: readonly GroupAsk[], answer: LeaseAnswer): void {
    for (const ask of asks) this.#groups.noteReported(ask);
    this.#isAnswered = true;
    this.#reportCalls = answer.reportCalls;
    this.#tokensPerMinute = answer.tokensPerMinute;
    this.#requestsPerMinute = answer.requestsPerMinute;
    this.apis.update(answer.slowed ?? [], (limitMs) => this.#offset.toLocal(limitMs));
    for (const { group, slots } of answer.grants) {
      const { wanted = 0, tokens } = asks.find((ask) => ask.group === group) ?? {};
      this.#handOut(group, slots, tokens);
      if (countSlots(slots) >= wanted) this.#line.askAnew(group);
    }
    for (const { group, untilMs } of answer.usedUp ?? []) this.#line.refuse(group, untilMs);
    this.#planNext(answer);
  }

  #planNext(answer: LeaseAnswer): void {
    if (this.#line.hasUnasked()) this.#askIn(joinMs);
    if (this.apis.hasNews()) this.#askIn(reportMs);
    if (this.#line.hasAsked()) {
      // This is a duration on the limit's clock, because the known offset may be from before the
      // clock was changed.
      this.#askIn(answer.askAgainAtMs - answer.nowMs);
    }
    if (answer.reportCalls && this.#groups.isRunning()) this.#askIn(keepAliveMs);
    if (answer.reportCalls && this.#groups.hasNews()) this.#askIn(reportMs);
  }

  /** @param counted tokens that the limit has counted for each slot */
  #handOut(group: string, slots: readonly SlotRun[], counted = unknownTokens): void {
    const { left, tokens } = this.#line.handOut(group, slots, this.#groups.running(group));
    this.#groups.keepSpare(group, left);
    if (this.#tokensPerMinute !== undefined) {
      this.#groups.settle(group, Math.round(tokens - countSlots(slots) * counted));
    }
  }
}
