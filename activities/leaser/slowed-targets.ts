/**
 * The limit's latest list of slowed targets and hosts. If a limit serves several targets, this process holds the calls of
 * the slowed ones: one goes at each instant, the others later.
 */
import type { Slowed } from "../../src/domain/limit/lease-messages.js";

interface Pace {
  readonly whole: boolean;
  readonly everyMs: number;
  readonly refusedSinceMs: number | undefined;
  /** In this machine's time. */
  nextAtMs: number;
}

export class SlowedTargets {
  readonly #now: () => number;
  /** By target or host. */
  #paces = new Map<string, Pace>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** @param toLocal a limit's instant in this machine's time */
  update(slowed: readonly Slowed[], toLocal: (limitMs: number) => number): void {
    const paces = new Map<string, Pace>();
    for (const { target, host, whole, fromMs, everyMs, refusedSinceMs } of slowed) {
      const key = target ?? host ?? "";
      const known = this.#paces.get(key)?.nextAtMs ?? 0;
      paces.set(key, {
        whole,
        everyMs,
        refusedSinceMs: refusedSinceMs === undefined ? undefined : toLocal(refusedSinceMs),
        nextAtMs: Math.max(toLocal(fromMs), Math.min(known, this.#now() + everyMs)),
      });
    }
    this.#paces = paces;
  }

  isSlowed(target: string, host: string): boolean {
    return this.#paces.has(target) || this.#paces.has(host);
  }

  /** When a call may go, in this machine's time; 0 where this process has nothing to hold. */
  heldUntil(target: string, host: string): number {
    return Math.max(0, ...this.#held(target, host).map(({ nextAtMs }) => nextAtMs));
  }

  /** Takes the next instant for a call; calls after it go later. */
  reserve(target: string, host: string): number {
    const atMs = Math.max(this.#now(), this.heldUntil(target, host));
    for (const pace of this.#held(target, host)) pace.nextAtMs = atMs + pace.everyMs;
    return atMs;
  }

  /** How many calls may go within a time; `Infinity` where this process has nothing to hold. */
  callsWithin(ms: number, target: string, host: string): number {
    const everyMs = Math.max(0, ...this.#held(target, host).map((pace) => pace.everyMs));
    return everyMs === 0 ? Infinity : Math.max(1, Math.floor(ms / everyMs));
  }

  /** Since when every call to the target was refused with 429, in this machine's time. */
  refusedSinceMs(target: string): number | undefined {
    return this.#paces.get(target)?.refusedSinceMs;
  }

  #held(target: string, host: string): Pace[] {
    const paces = [this.#paces.get(target), this.#paces.get(host)];
    return paces.filter((pace) => pace !== undefined).filter(({ whole }) => !whole);
  }
}
