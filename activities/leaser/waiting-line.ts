/**
 * The queue of requests for slots of one limit in this process. Retries go first, then new records
 * and next calls of open records, which share the slots by `slotsForNewRecords`. Among next calls,
 * the record with the most remaining calls goes first. Its calls run one after the other, so it
 * would end last. All other requests are served in their order.
 */
import { slotsForNewRecords } from "../../src/domain/limit/new-records.js";
import type { SlotRun } from "../../src/domain/limit/slots.js";
import { countSlots, splitSlots } from "../../src/domain/limit/slots.js";
import { unknownTokens } from "../../src/domain/limit/token-pace.js";
import type { Wish } from "./group-ledger.js";

/** Thrown if the group's daily quota is used up. */
export class DayUsedUp extends Error {
  override readonly name = "DayUsedUp";
  /** Time at which calls are allowed again, in the limit's time. */
  readonly untilMs: number;
  constructor(untilMs: number) {
    super(`The calls of the day are used up until ${new Date(untilMs).toISOString()}`);
    this.untilMs = untilMs;
  }
}

interface Waiter {
  readonly wish: Wish;
  readonly resolve: (slots: readonly SlotRun[]) => void;
  readonly reject: (error: DayUsedUp) => void;
  /** True if the limit knows of this request. */
  asked: boolean;
}

/** The result of distributing slots. */
export interface HandedOut {
  /** Slots for which no request waits. */
  readonly left: readonly SlotRun[];
  /** Tokens that the takers expect to use. */
  readonly tokens: number;
}

export class WaitingLine {
  /** Waiting requests in their order. It is a set, because thousands may leave one by one. */
  readonly #waiters = new Set<Waiter>();

  /**
   * Resolves with at least one slot, at most `wish.wanted`. Rejects with the signal's reason, or
   * with `DayUsedUp`.
   */
  wait(wish: Wish, signal: AbortSignal): Promise<readonly SlotRun[]> {
    return new Promise((resolve, reject) => {
      signal.throwIfAborted();
      const waiter: Waiter = {
        wish,
        asked: false,
        resolve: (slots) => {
          signal.removeEventListener("abort", leave);
          resolve(slots);
        },
        reject: (error) => {
          signal.removeEventListener("abort", leave);
          reject(error);
        },
      };
      const leave = (): void => {
        this.#waiters.delete(waiter);
        // The reason of an AbortSignal is whatever its owner gave, here the SDK's CancelledFailure.
        // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors
        reject(signal.reason);
      };
      signal.addEventListener("abort", leave, { once: true });
      this.#waiters.add(waiter);
    });
  }

  isWaited(): boolean {
    return this.#waiters.size > 0;
  }

  groups(): ReadonlySet<string> {
    return new Set(Array.from(this.#waiters, ({ wish }) => wish.group));
  }

  /**
   * Marks all wishes as sent to the limit and returns them. Equal consecutive wishes are joined.
   */
  ask(): readonly Wish[] {
    const sums: { readonly wish: Wish; wanted: number }[] = [];
    for (const waiter of this.#waiters) {
      waiter.asked = true;
      const { wish } = waiter;
      const last = sums.at(-1);
      if (last && isEqualRetry(last.wish, wish)) last.wanted += wish.wanted;
      else sums.push({ wish, wanted: wish.wanted });
    }
    return sums.map(({ wish, wanted }) => ({ ...wish, wanted }));
  }

  /** True if the limit knows of a waiting request. */
  hasAsked(): boolean {
    for (const { asked } of this.#waiters) if (asked) return true;
    return false;
  }

  /** True if the limit knows of a similar wish, whose slots may serve both wishes. */
  hasAskedLike(wish: Wish): boolean {
    for (const waiter of this.#waiters) {
      if (waiter.asked && isSameAsk(waiter.wish, wish)) return true;
    }
    return false;
  }

  /** True if a waiting request, and no similar one, has been sent to the limit yet. */
  hasUnasked(): boolean {
    for (const { asked, wish } of this.#waiters) {
      if (!asked && !this.hasAskedLike(wish)) return true;
    }
    return false;
  }

  /**
   * Marks the group's remaining requests as unsent: the limit has given all wanted slots, and other
   * requests took them.
   */
  askAnew(group: string): void {
    for (const waiter of this.#waiters) if (waiter.wish.group === group) waiter.asked = false;
  }

  refuse(group: string, untilMs: number): void {
    for (const waiter of this.#of(group)) {
      this.#waiters.delete(waiter);
      waiter.reject(new DayUsedUp(untilMs));
    }
  }

  /** @param running number of the group's calls that this process has in flight */
  handOut(group: string, slots: readonly SlotRun[], running: number): HandedOut {
    const waiting = this.#of(group);
    const nextCalls = waiting.filter(({ wish }) => isNextCall(wish));
    nextCalls.sort(({ wish: a }, { wish: b }) => (b.ahead ?? 0) - (a.ahead ?? 0));
    const retries = this.#serve(
      waiting.filter(({ wish }) => wish.urgent && !isNextCall(wish)),
      slots,
    );
    const newRecords = waiting.filter(({ wish }) => !wish.urgent);
    const count = countSlots(retries.left);
    const forNew = slotsForNewRecords({
      slots: count,
      running,
      nextCalls: nextCalls.length,
      newRecords: newRecords.reduce((sum, { wish }) => sum + wish.wanted, 0),
    });
    // New records first wait for an activity and would miss near slots.
    const [near, far] = splitSlots(retries.left, count - forNew);
    const next = this.#serve(nextCalls, near);
    const fresh = this.#serve(newRecords, far);
    const tokens = retries.tokens + next.tokens + fresh.tokens;
    return { left: [...next.left, ...fresh.left], tokens };
  }

  #of(group: string): Waiter[] {
    return [...this.#waiters].filter(({ wish }) => wish.group === group);
  }

  #serve(waiting: readonly Waiter[], slots: readonly SlotRun[]): HandedOut {
    let left = slots;
    let tokens = 0;
    for (const waiter of waiting) {
      const [taken, rest] = splitSlots(left, waiter.wish.wanted);
      if (taken.length === 0) break;
      left = rest;
      tokens += countSlots(taken) * (waiter.wish.tokens ?? unknownTokens);
      this.#waiters.delete(waiter);
      waiter.resolve(taken);
    }
    return { left, tokens };
  }
}

/** True for a later call of an open record. */
function isNextCall({ urgent, done = 0 }: Wish): boolean {
  return urgent && done > 0;
}

/** True for two retries, or two next calls, that only together want more. */
function isEqualRetry(one: Wish, other: Wish): boolean {
  return (
    one.urgent &&
    other.urgent &&
    isSameAsk(one, other) &&
    one.changes === other.changes &&
    one.tokens === other.tokens &&
    one.more === other.more
  );
}

function isSameAsk(one: Wish, other: Wish): boolean {
  return (
    one.group === other.group &&
    one.requestsPerMinute === other.requestsPerMinute &&
    one.tokensPerMinute === other.tokensPerMinute &&
    one.inFlight === other.inFlight &&
    one.priority === other.priority
  );
}
