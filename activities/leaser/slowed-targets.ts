/**
 * The limit's latest list of slowed targets and hosts. If a limit serves several targets, this process holds the calls of
 * the slowed ones: one goes at each instant, the others later.
 */
import type { Slowed } from "../../src/domain/limit/lease-messages.js";
import { sleepUntil } from "../sending/sleep-until.js";

interface Pace {
  readonly whole: boolean;
  readonly everyMs: number;
  readonly refusedSinceMs: number | undefined;
  /** Nothing goes before, in the limit's time. */
  readonly fromMs: number;
  /** In this machine's time. */
  nextAtMs: number;
}

export class SlowedTargets {
  readonly #now: () => number;
  /** By target or host. */
  #paces = new Map<string, Pace>();
  /** The hosts of APIs that are down. */
  #outages = new Set<string>();
  /** Each ends the wait of one who waits for news. */
  readonly #waits = new Set<AbortController>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /**
   * Returns the hosts that answer again.
   *
   * @param toLocal a limit's instant in this machine's time
   */
  update(slowed: readonly Slowed[], toLocal: (limitMs: number) => number): readonly string[] {
    const before = { paces: this.#paces, outages: this.#outages };
    const paces = new Map<string, Pace>();
    for (const { target, host, whole, fromMs, everyMs, refusedSinceMs } of slowed) {
      const key = target ?? host ?? "";
      const known = before.paces.get(key)?.nextAtMs ?? 0;
      paces.set(key, {
        whole,
        everyMs,
        fromMs,
        refusedSinceMs: refusedSinceMs === undefined ? undefined : toLocal(refusedSinceMs),
        nextAtMs: Math.max(toLocal(fromMs), Math.min(known, this.#now() + everyMs)),
      });
    }
    this.#paces = paces;
    this.#outages = new Set(slowed.flatMap(({ host }) => host ?? []));
    if (isSooner(before.paces, paces)) for (const wait of this.#waits) wait.abort();
    return [...before.outages].filter((host) => !this.#outages.has(host));
  }

  isSlowed(target: string, host: string): boolean {
    return this.#paces.has(target) || this.#paces.has(host);
  }

  isDown(host: string): boolean {
    return this.#outages.has(host);
  }

  /** True for a slot from before the limit was slowed down, or before its API's next try. */
  isTooEarly(slotAtMs: number, target: string, host: string): boolean {
    const paces = [this.#paces.get(target), this.#paces.get(host)];
    return paces.some((pace) => pace !== undefined && slotAtMs < pace.fromMs);
  }

  /** When a call may go, in this machine's time; 0 where this process has nothing to hold. */
  heldUntil(target: string, host: string): number {
    return Math.max(0, ...this.#held(target, host).map(({ nextAtMs }) => nextAtMs));
  }

  /** Takes the next instant for a call; calls after it go later. */
  reserve(target: string, host: string): void {
    const atMs = Math.max(this.#now(), this.heldUntil(target, host));
    for (const pace of this.#held(target, host)) pace.nextAtMs = atMs + pace.everyMs;
  }

  /** Resolves at an instant of this machine's time, or sooner once a call may go sooner. Rejects with the signal's reason. */
  async untilNews(atMs: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const wait = new AbortController();
    const onAbort = (): void => {
      wait.abort();
    };
    signal.addEventListener("abort", onAbort, { once: true });
    this.#waits.add(wait);
    try {
      await sleepUntil(Date.now() + atMs - this.#now(), wait.signal);
    } catch (error) {
      if (!wait.signal.aborted) throw error;
    } finally {
      this.#waits.delete(wait);
      signal.removeEventListener("abort", onAbort);
    }
    signal.throwIfAborted();
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

function isSooner(before: ReadonlyMap<string, Pace>, after: ReadonlyMap<string, Pace>): boolean {
  return [...before].some(([key, { nextAtMs, whole }]) => {
    const pace = after.get(key);
    return !whole && (!pace || pace.whole || pace.nextAtMs < nextAtMs);
  });
}
