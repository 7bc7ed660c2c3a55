/** Chooses the group for each slot of a round, and keeps the limit's counts. */
import { limitCalls } from "./calls.js";
import { noteSpending } from "./last-minute.js";
import type { Spending } from "./last-minute.js";
import { comingGroups, goesBefore, isAbout, nearestMs, nextOf, toleranceMs } from "./round.js";
import type { Candidate, Coming, Round } from "./round.js";
import { appendSlot } from "./slots.js";
import type { SlotRun } from "./slots.js";
import { horizonMs, leadMs, limitInFlight } from "./state.js";
import type { KeptTokens, LimitState } from "./state.js";
import { msOfTokens, spendTokens, tokensDueAt } from "./token-pace.js";
import type { TokenPace } from "./token-pace.js";

const shareAgainMs = 250;
/** Time in ms after which a process asks again, if calls must end or slots must lapse first. */
const fullAgainMs = 1_000;
const keptAgainMs = 1_000;
/**
 * Time in ms for which room is reserved. It is longer than the interval at which a waiting process
 * asks.
 */
const keepMs = 20_000;

/**
 * Result of a round: the limit's new counts, and the time at which the process should ask for the
 * remaining slots.
 */
export interface Given {
  readonly left: Pick<LimitState, "lastSlotAtMs" | "freeSlots" | "lastMinute" | "tokens" | "kept">;
  /** `Infinity` if all wanted slots were given. */
  readonly askAgainAtMs: number;
}

/** The reason why no group got a slot: their rates, or their tokens. */
export interface NotGiven {
  readonly why: "rates" | "tokens";
  /** Time at which a group can use a slot; `Infinity` if this round gives no more. */
  readonly atMs: number;
}

export type Gift = "given" | NotGiven;

const over: NotGiven = { why: "rates", atMs: Infinity };

export class Giver {
  /** Number of slots in the next two seconds that the process may have. */
  share = 0;
  readonly #round: Round;
  readonly #maxCalls: number;
  readonly #coming: Coming[];
  readonly #spent: Spending[];
  #calls: number;
  #left: number;
  #pace: TokenPace | undefined;
  #kept: KeptTokens | undefined;
  #askAgainAtMs = Infinity;

  constructor(round: Round) {
    const { state, day, nowMs } = round;
    this.#round = round;
    this.#maxCalls = limitInFlight(state, nowMs);
    this.#calls = Number.isFinite(this.#maxCalls) ? limitCalls(state, nowMs) : 0;
    this.#coming = comingGroups(round);
    this.#spent = [...state.lastMinute];
    this.#left = day.calls;
    this.#pace = state.tokens;
    this.#kept = state.kept && state.kept.untilMs > nowMs ? state.kept : undefined;
  }

  give(atMs: number, endMs: number): Gift {
    const { candidates, day, nowMs } = this.#round;
    const waiting = candidates.filter((one) => this.#mayGo(one));
    if (waiting.length === 0 || atMs >= endMs) return over;
    if (this.share === 0) this.needAgain(nowMs + shareAgainMs);
    if (this.share === 0 || this.#calls >= this.#maxCalls || atMs >= day.endsAtMs) return over;
    const ready = waiting.filter((one) => nextOf(one, nowMs) <= atMs + toleranceMs);
    if (ready.length === 0) {
      const dueAtMs = Math.min(...waiting.map((one) => nextOf(one, nowMs)));
      return dueAtMs < endMs ? { why: "rates", atMs: dueAtMs } : over;
    }
    const fitting = ready.filter((one) => this.#tokensDueAt(one) <= atMs + toleranceMs);
    if (fitting.length < ready.length) this.keepRoomForTurn(ready);
    const chosen = first(fitting);
    if (!chosen) return { why: "tokens", atMs: this.tokensLetGoAt(ready) };
    if (this.#leaveFor(chosen, atMs)) return { why: "rates", atMs };
    this.#giveTo(chosen, atMs);
    return "given";
  }

  /** Returns the earliest time at which the tokens of a candidate are available. */
  tokensLetGoAt(candidates = this.#round.candidates): number {
    return Math.min(...candidates.map((one) => this.#tokensDueAt(one)));
  }

  /**
   * Reserves room if the call of the next candidate does not fit into the minute. Otherwise other
   * calls would fill it forever.
   */
  keepRoomForTurn(candidates = this.#round.candidates): void {
    const turn = first(candidates);
    if (!this.#pace || !turn || this.#tokensDueAt(turn) <= this.#pace.dueAtMs + toleranceMs) return;
    const { group, priority } = turn.ask;
    const kept = this.#kept;
    if (kept && kept.group !== group && kept.priority <= priority) return;
    const { tokens } = turn;
    this.#kept = { group, tokens, priority, untilMs: this.#round.nowMs + keepMs };
  }

  /** Returns the number of calls that the tokens of the next two seconds allow. */
  roomForTokens(firstAtMs: number): number {
    const { candidates, nowMs } = this.#round;
    if (!this.#pace) return Infinity;
    const fewest = Math.max(1, Math.min(...candidates.map(({ tokens }) => tokens)));
    const endMs = nowMs + horizonMs;
    return Math.ceil((endMs - firstAtMs) / msOfTokens(fewest, this.#pace.tokensPerMinute));
  }

  /** Notes the time at which candidates without all their slots should ask again. */
  noteWhenMore(nextAtMs: number): void {
    const { candidates, nowMs } = this.#round;
    const capped = this.#calls >= this.#maxCalls;
    for (const one of candidates) {
      if (one.wanted === 0) continue;
      const full = capped || one.calls >= one.maxCalls || one.given >= one.day.calls;
      const tokensAtMs = this.#pace ? this.#tokensDueAt(one) : 0;
      const slotAtMs = Math.max(nextAtMs, nextOf(one, nowMs), tokensAtMs);
      // Slots of the next day are given once it has begun.
      const { endsAtMs } = one.day;
      const dueAtMs = slotAtMs >= endsAtMs ? endsAtMs : slotAtMs - leadMs;
      this.needAgain(full ? Math.max(dueAtMs, nowMs + fullAgainMs) : dueAtMs);
    }
  }

  /** Makes the process ask again soon, because reserved room may become free at any time. */
  needAgain(atMs: number): void {
    const { nowMs } = this.#round;
    this.#askAgainAtMs = Math.min(
      this.#askAgainAtMs,
      Number.isFinite(atMs) ? atMs : nowMs + keptAgainMs,
    );
  }

  result(lastSlotAtMs: number | null, freeSlots: readonly SlotRun[]): Given {
    return {
      left: {
        lastSlotAtMs,
        freeSlots,
        lastMinute: this.#spent,
        tokens: this.#pace,
        kept: this.#kept,
      },
      askAgainAtMs: this.#askAgainAtMs,
    };
  }

  #mayGo({ wanted, calls, maxCalls, day, given }: Candidate): boolean {
    return wanted > 0 && calls < maxCalls && given < day.calls && this.#left > 0;
  }

  #giveTo(chosen: Candidate, atMs: number): void {
    const { interval, nowMs } = this.#round;
    const { tokens, ask } = chosen;
    chosen.slots = appendSlot(chosen.slots, atMs);
    // Its own rate counts from its due time, which is at most one slot of the limit ago. The grid
    // of slots therefore does not slow the group down.
    const dueAtMs = Math.max(nowMs + nearestMs, chosen.lastAtMs + chosen.intervalMs);
    chosen.lastAtMs = isAbout(dueAtMs, atMs) ? atMs : Math.max(dueAtMs, atMs - interval);
    if (chosen.pace) {
      chosen.pace = spendTokens(chosen.pace, { atMs, tokens, slackMs: interval });
      noteSpending(chosen.spent, atMs, tokens);
    }
    if (this.#pace) this.#pace = spendTokens(this.#pace, { atMs, tokens });
    noteSpending(this.#spent, atMs, this.#pace ? tokens : 0);
    if (this.#kept?.group === ask.group) this.#kept = undefined;
    chosen.wanted -= 1;
    chosen.given += 1;
    chosen.calls += 1;
    this.#calls += 1;
    this.share -= 1;
    this.#left -= 1;
  }

  #tokensDueAt({ ask, tokens }: Candidate): number {
    if (!this.#pace) return -Infinity;
    const kept = this.#kept;
    const isKeptFromIt = kept && kept.group !== ask.group && kept.priority <= ask.priority;
    return tokensDueAt(this.#pace, this.#spent, { tokens, kept: isKeptFromIt ? kept.tokens : 0 });
  }

  /** True if a group with a higher priority will ask for the slot soon. */
  #leaveFor({ ask }: Candidate, atMs: number): boolean {
    const coming = this.#coming.find(
      ({ priority, lastAtMs, intervalMs }) =>
        priority < ask.priority && lastAtMs + intervalMs <= atMs + toleranceMs,
    );
    if (!coming) return false;
    coming.lastAtMs = Math.max(coming.lastAtMs + coming.intervalMs, atMs - this.#round.interval);
    return true;
  }
}

function first(candidates: readonly Candidate[]): Candidate | undefined {
  return candidates.reduce<Candidate | undefined>(
    (best, one) => (best && !goesBefore(one, best) ? best : one),
    undefined,
  );
}
