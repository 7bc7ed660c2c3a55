/** How the calls of one limit end, as its process tells the limit, and which calls the limit's answer holds back. */
import type { CallReport } from "../../src/domain/limit/call-reports.js";
import type { Slowed } from "../../src/domain/limit/lease-messages.js";
import type { FailedCall } from "../../src/domain/failure/api-health.js";
import type { ApiHealths } from "./api-healths.js";
import { CallEnds } from "./call-ends.js";
import type { CallEnd } from "./call-ends.js";
import { SlowedTargets } from "./slowed-targets.js";

/** A call that has ended. */
export interface EndedCall {
  /** `<api>/<model>` */
  readonly target: string;
  readonly sentAtMs: number;
}

/** A call that failed, perhaps since the API is down. */
export interface UnansweredCall extends EndedCall, FailedCall {
  /** Host and port of the API, if the adapter names it. */
  readonly host: string | undefined;
  readonly reason: string;
  /** The server's own wish. */
  readonly holdForMs?: number | undefined;
}

export interface ApiPacesOptions {
  /** The `<api>/<model>` that all calls of the limit go to, if it has but one. */
  readonly wholeTarget: string | undefined;
  readonly healths: ApiHealths;
  /** Epoch milliseconds of this machine. */
  readonly now: () => number;
  /** Has the limit told within a time. */
  readonly tellIn: (ms: number) => void;
}

const reportMs = 100;
/** Answers are told so soon while a limit is slowed down. */
const answersMs = 1_000;

export class ApiPaces {
  readonly #options: ApiPacesOptions;
  readonly #ends: CallEnds;
  readonly #slowed: SlowedTargets;
  /** By host: a target whose call met the outage, until it ends. */
  readonly #away = new Map<string, string>();

  constructor(options: ApiPacesOptions) {
    this.#options = options;
    this.#ends = new CallEnds(options.wholeTarget);
    this.#slowed = new SlowedTargets(options.now);
  }

  /** An answer of any kind but a 429: the limit hears of it while it is slowed down, at once after an outage. */
  noteAnswer({ target, sentAtMs }: EndedCall): void {
    const host = this.#hostOf(target);
    this.#away.delete(host);
    this.#options.healths.noteAnswer(target);
    if (!this.#slowed.isSlowed(target, host)) return;
    this.#note({ target, host, sentAtMs, end: { kind: "answered" } });
    this.#options.tellIn(this.#slowed.isDown(host) ? 0 : answersMs);
  }

  /** A 429. @param holdForMs the server's own wish */
  noteRefusal({ target, sentAtMs }: EndedCall, holdForMs: number | undefined): void {
    this.#options.healths.noteAnswer(target);
    const end = { kind: "refused", holdForMs } as const;
    this.#tell({ target, host: this.#hostOf(target), sentAtMs, end });
  }

  /** True if the API is down: the limit then holds all calls, and this one counts as no attempt. */
  noteFailure({ target, host, sentAtMs, reason, holdForMs, ...call }: UnansweredCall): boolean {
    const isDown = this.#options.healths.noteFailure(target, host, call);
    if (!isDown && !this.isDown(target)) return false;
    const end = { kind: "away", reason, holdForMs } as const;
    const known = this.#hostOf(target);
    this.#away.set(known, target);
    this.#tell({ target, host: known, sentAtMs, end });
    return true;
  }

  /** A host answers again, as a call of another limit shows: this limit need not wait for its own next try. */
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

  /** True for a slot that may not be used any more, since the limit was slowed down after it was given. */
  isTooEarly(slotAtMs: number, target: string): boolean {
    return this.#slowed.isTooEarly(slotAtMs, target, this.#hostOf(target));
  }

  /** When a call to the target may go, in this machine's time; in the past where only the limit holds it, or nothing. */
  heldUntil(target: string): number {
    return this.#slowed.heldUntil(target, this.#hostOf(target));
  }

  /** Takes the next instant for a call to a target that this process holds. */
  reserve(target: string): void {
    this.#slowed.reserve(target, this.#hostOf(target));
  }

  /** Waits until a call to the target may go, and takes its instant. Rejects with the signal's reason. */
  async pass(target: string, signal: AbortSignal): Promise<void> {
    for (;;) {
      const heldUntilMs = this.heldUntil(target);
      if (heldUntilMs <= this.#options.now()) break;
      await this.#slowed.untilNews(heldUntilMs, signal);
    }
    this.reserve(target);
  }

  /** Resolves at an instant of this machine's time, or sooner once calls may go sooner. */
  async untilNews(atMs: number, signal: AbortSignal): Promise<void> {
    await this.#slowed.untilNews(atMs, signal);
  }

  /** How many calls to a target may go within a time. */
  callsWithin(ms: number, target: string): number {
    return this.#slowed.callsWithin(ms, target, this.#hostOf(target));
  }

  /** Since when every call to the target was refused with 429. */
  refusedSinceMs(target: string): number | undefined {
    return this.#slowed.refusedSinceMs(target);
  }

  hasNews(): boolean {
    return this.#ends.hasNews();
  }

  /** All that the limit was not told yet. */
  takeReports(nowMs: number): { readonly reports: CallReport[]; readonly giveBack: () => void } {
    const taken = this.#ends.take();
    const giveBack = (): void => {
      this.#ends.giveBack(taken);
    };
    return { reports: this.#ends.reportsOf(taken, nowMs), giveBack };
  }

  /** Takes the limit's answer in. @param toLocal a limit's instant in this machine's time */
  update(slowed: readonly Slowed[], toLocal: (limitMs: number) => number): void {
    const recovered = this.#slowed.update(slowed, toLocal);
    for (const host of recovered) this.#options.healths.noteRecovery(host);
  }

  #tell(call: CallEnd): void {
    const isFirst = !this.#ends.hasNews();
    this.#note(call);
    this.#options.tellIn(isFirst ? 0 : reportMs);
  }

  #note(call: CallEnd): void {
    this.#ends.note(call, this.#options.now());
  }

  #hostOf(target: string): string {
    return this.#options.healths.hostOf(target);
  }
}
