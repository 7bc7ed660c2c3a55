/**
 * The limit's latest list of slowed targets and hosts. If a limit serves several targets, this
 * process delays the calls of the slowed targets and sends one at a time.
 */
import type { Slowed } from "../../src/domain/limit/lease-messages.js";
import { sleepUntil } from "../sending/sleep-until.js";

interface Pace {
  readonly whole: boolean;
  readonly everyMs: number;
  readonly refusedSinceMs: number | undefined;
  /** Earliest time of a call, in the limit's time. */
  readonly fromMs: number;
  /** Time of the next call, on this machine's clock. */
  nextAtMs: number;
}

export class SlowedTargets {
  readonly #now: () => number;
  /** Paces by target or host. */
  #paces = new Map<string, Pace>();
  /** Hosts of APIs that are down. */
  #outages = new Set<string>();
  /** Controllers that end the waits for news. */
  readonly #waits = new Set<AbortController>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /**
   * Applies the limit's list and returns the hosts that answer again.
   *
   * @param toLocal converts a limit's time to this machine's clock
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

  /** Returns the host whose outage slows the whole limit. */
  wholeOutage(): string | undefined {
    return [...this.#outages].find((host) => this.#paces.get(host)?.whole);
  }

  /**
   * True for a slot from before the limit was slowed down, or from before the next attempt for its
   * API.
   */
  isTooEarly(slotAtMs: number, target: string, host: string): boolean {
    const paces = [this.#paces.get(target), this.#paces.get(host)];
    return paces.some((pace) => pace !== undefined && slotAtMs < pace.fromMs);
  }

  /**
   * Returns the earliest time of the next call, on this machine's clock; 0 if this process does not
   * delay it.
   */
  heldUntil(target: string, host: string): number {
    return Math.max(0, ...this.#held(target, host).map(({ nextAtMs }) => nextAtMs));
  }

  /** Reserves the next time for a call. Later calls go after it. */
  reserve(target: string, host: string): void {
    const atMs = Math.max(this.#now(), this.heldUntil(target, host));
    for (const pace of this.#held(target, host)) pace.nextAtMs = atMs + pace.everyMs;
  }

  /**
   * Resolves at a time on this machine's clock, or earlier if a call is allowed earlier. Rejects
   * with the signal's reason.
   */
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

  /**
   * Returns the number of calls that are allowed within `ms`; `Infinity` if this process delays
   * none.
   */
  callsWithin(ms: number, target: string, host: string): number {
    const everyMs = Math.max(0, ...this.#held(target, host).map((pace) => pace.everyMs));
    return everyMs === 0 ? Infinity : Math.max(1, Math.floor(ms / everyMs));
  }

  /**
   * Returns the start of the time in which every call to the target got a 429, on this machine's
   * clock.
   */
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
