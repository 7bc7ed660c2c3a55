/**
 * Collects the results of a limit's calls for the process's reports, and applies the limit's delays
 * to calls.
 */
import type { CallReport } from "../../src/domain/limit/slowing/call-reports.js";
import type { Slowed } from "../../src/domain/limit/lease-messages.js";
import type { FailedCall } from "../../src/domain/failure/api-health.js";
import type { ApiHealths } from "./api-healths.js";
import { CallEnds } from "./call-ends.js";
import type { NotedCall } from "./call-ends.js";
import { SlowedTargets } from "./slowed-targets.js";

/** A call that has ended. */
export interface SentCall {
  /** `<api>/<model>` */
  readonly target: string;
  readonly sentAtMs: number;
}

/** A call that failed, possibly because the API is down. */
export interface UnansweredCall extends SentCall, FailedCall {
  /** Host and port of the API, if the adapter knows it. */
  readonly host: string | undefined;
  readonly reason: string;
  /** Wait that the server asked for, in ms. */
  readonly holdForMs?: number | undefined;
}

export interface ApiPacesOptions {
  /** The `<api>/<model>` of all calls of the limit, if there is only one. */
  readonly onlyTarget: string | undefined;
  readonly healths: ApiHealths;
  /** Returns the time on this machine's clock, in ms since the epoch. */
  readonly now: () => number;
  /** Schedules a report to the limit within this time. */
  readonly tellIn: (ms: number) => void;
}

const reportMs = 100;
/** Delay in ms of the report of answers while a limit is slowed down. */
const answersMs = 1_000;

export class ApiPaces {
  readonly #options: ApiPacesOptions;
  readonly #ends: CallEnds;
  readonly #slowed: SlowedTargets;
  /** Target whose call met an outage, by host, until the outage ends. */
  readonly #away = new Map<string, string>();

  constructor(options: ApiPacesOptions) {
    this.#options = options;
    this.#ends = new CallEnds(options.onlyTarget);
    this.#slowed = new SlowedTargets(options.now);
  }

  /**
   * Notes an answer other than a 429. It is reported while the limit is slowed down, and at once
   * after an outage.
   */
  noteAnswer({ target, sentAtMs }: SentCall): void {
    const host = this.#reachedHost(target);
    this.#away.delete(host);
    this.#options.healths.noteAnswer(target);
    if (!this.#slowed.isSlowed(target, host)) {
      this.#ends.noteQuietly(target);
      return;
    }
    this.#note({ target, host, sentAtMs, end: { kind: "answered" } });
    this.#options.tellIn(this.#slowed.isDown(host) ? 0 : answersMs);
  }

  /**
   * Notes a 429.
   * @param holdForMs wait that the server asked for
   */
  noteThrottled({ target, sentAtMs }: SentCall, holdForMs: number | undefined): void {
    this.#options.healths.noteAnswer(target);
    const end = { kind: "refused", holdForMs } as const;
    this.#tell({ target, host: this.#reachedHost(target), sentAtMs, end });
  }

  /**
   * Notes a failure. Returns true if the API is down. The limit then delays all calls, and this
   * call does not count as an attempt.
   */
  noteFailure({ target, host, sentAtMs, reason, holdForMs, ...call }: UnansweredCall): boolean {
    const isDown = this.#options.healths.noteFailure(target, host, call);
    if (!isDown && !this.isDown(target)) return false;
    const end = { kind: "away", reason, holdForMs } as const;
    const known = this.#hostOf(target);
    this.#away.set(known, target);
    this.#tell({ target, host: known, sentAtMs, end });
    return true;
  }

  /**
   * Notes that a host answers again, as seen in another limit. This limit then does not wait for
   * its own next attempt.
   */
  noteRecovery(host: string): void {
    const target = this.#away.get(host);
    this.#away.delete(host);
    if (target === undefined || !this.#slowed.isDown(host)) return;
    this.#note({ target, host, sentAtMs: this.#options.now(), end: { kind: "answered" } });
    this.#options.tellIn(0);
  }

  /** True if the API of a target is known to be down. */
  isDown(target: string): boolean {
    return this.#options.healths.isDown(target) || this.#slowed.isDown(this.#hostOf(target));
  }

  /**
   * True for a slot that must not be used, because the limit was slowed down after it was given.
   */
  isTooEarly(slotAtMs: number, target: string): boolean {
    return this.#slowed.isTooEarly(slotAtMs, target, this.#hostOf(target));
  }

  /**
   * Returns the earliest time of the next call to the target, on this machine's clock. The time is
   * in the past if this process does not delay the call.
   */
  heldUntil(target: string): number {
    return this.#slowed.heldUntil(target, this.#hostOf(target));
  }

  /** Reserves the next time for a call to a target that this process delays. */
  reserve(target: string): void {
    this.#slowed.reserve(target, this.#hostOf(target));
  }

  /**
   * Waits until a call to the target is allowed, and reserves its time. Rejects with the signal's
   * reason.
   */
  async pass(target: string, signal: AbortSignal): Promise<void> {
    for (;;) {
      const heldUntilMs = this.heldUntil(target);
      if (heldUntilMs <= this.#options.now()) break;
      await this.#slowed.untilNews(heldUntilMs, signal);
    }
    this.reserve(target);
  }

  /** Resolves at a time on this machine's clock, or earlier if calls are allowed earlier. */
  async untilNews(atMs: number, signal: AbortSignal): Promise<void> {
    await this.#slowed.untilNews(atMs, signal);
  }

  /** Returns the number of calls to a target that are allowed within `ms`. */
  callsWithin(ms: number, target: string): number {
    return this.#slowed.callsWithin(ms, target, this.#hostOf(target));
  }

  /** Returns the start of the time in which every call to the target got a 429. */
  refusedSinceMs(target: string): number | undefined {
    return this.#slowed.refusedSinceMs(target);
  }

  hasNews(): boolean {
    return this.#ends.hasNews();
  }

  /** Returns all results that the limit does not know yet. */
  takeReports(nowMs: number): { readonly reports: CallReport[]; readonly giveBack: () => void } {
    const taken = this.#ends.take();
    const giveBack = (): void => {
      this.#ends.giveBack(taken);
    };
    return { reports: this.#ends.reportsOf(taken, nowMs), giveBack };
  }

  /**
   * Applies the limit's answer.
   * @param toLocal converts a limit's time to this machine's clock
   */
  update(slowed: readonly Slowed[], toLocal: (limitMs: number) => number): void {
    const recovered = this.#slowed.update(slowed, toLocal);
    for (const host of recovered) this.#options.healths.noteRecovery(host);
  }

  #tell(call: NotedCall): void {
    const isFirst = !this.#ends.hasNews();
    this.#note(call);
    this.#options.tellIn(isFirst ? 0 : reportMs);
  }

  #note(call: NotedCall): void {
    this.#ends.note(call, this.#options.now());
  }

  /**
   * Returns the host that has answered a call. A process learns a target's host only from a failure.
   * Before that, an answer counts for the outage that another process has reported for the whole
   * limit.
   */
  #reachedHost(target: string): string {
    const isWhole = target === this.#options.onlyTarget;
    return (isWhole ? this.#slowed.wholeOutage() : undefined) ?? this.#hostOf(target);
  }

  #hostOf(target: string): string {
    return this.#options.healths.hostOf(target);
  }
}
