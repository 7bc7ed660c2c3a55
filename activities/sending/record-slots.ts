import { allowedLatenessMs } from "../../src/domain/experiment/waves.js";
import { defined } from "../../src/domain/defined.js";
import { instantsOf } from "../../src/domain/limit/slots.js";
import { turnCount } from "../../src/domain/record/prompt-record.js";
import { currentRatesOf } from "../../src/domain/rates/current-rates.js";
import { countedTokens } from "../leaser/counted-tokens.js";
import type { Wish } from "../leaser/group-ledger.js";
import type { CountedCall } from "../leaser/token-estimates.js";
import type { Sending } from "./sending.js";
import { sleepUntil } from "./sleep-until.js";

/**
 * Maximum number of new leases for a late call. After that, the call is sent and counts as late.
 */
const mostLate = 2;

type WaitingCall = CountedCall & { readonly depth?: number };

/** The right to make one call. */
export interface Slot {
  /** Time of the slot, in the limit's time. */
  readonly atMs: number;
  /** Tokens that the slot counts for, if tokens are limited. */
  readonly tokens?: number;
}

/** The start of a record's calls in an activity attempt. */
export interface RecordStart {
  /** Slot of the first call. Absent if the record must lease one. */
  readonly slot?: Slot | undefined;
  /** Called when a call's slot has come. */
  readonly onTurn?: (() => void) | undefined;
  /** True if other records of the slice wait for a slot after this record. */
  readonly more?: boolean | undefined;
}

/** The slots for a record's calls: first the slot from its slice, then one lease per call. */
export class RecordSlots {
  readonly #sending: Sending;
  /** `<api>/<model>` */
  readonly #target: string;
  #given: Slot | undefined;
  /**
   * True before the first slot of a record that came without a slot. The record waits like a wave.
   */
  #isNew: boolean;
  readonly #start: RecordStart;

  constructor(sending: Sending, target: string, start: RecordStart) {
    this.#sending = sending;
    this.#target = target;
    this.#given = start.slot;
    this.#isNew = start.slot === undefined && !sending.isRetried;
    this.#start = start;
  }

  /**
   * Waits for a slot's time. Uses the given slot. Leases a new slot if there is none, if its time
   * is past, or if the limit was slowed down since.
   */
  async take(call: WaitingCall): Promise<Slot> {
    const { leaser, context, signal, observer } = this.#sending;
    for (let late = 0; ;) {
      const slot = this.#given ?? (await this.#lease(call));
      this.#given = slot;
      const atMs = await leaser.toLocal(slot.atMs);
      await sleepUntil(atMs, signal);
      observer.turn(Date.now() - atMs);
      this.#given = undefined;
      this.#isNew = false;
      const isTooEarly = leaser.apis.isTooEarly(slot.atMs, this.#target);
      const allowedMs = allowedLatenessMs(context.requestsPerMinute, leaser.requestsPerMinute());
      const isLate = Date.now() - atMs > allowedMs;
      leaser.noteTurn(isLate);
      if (!isTooEarly && (!isLate || late >= mostLate)) {
        this.#start.onTurn?.();
        return slot;
      }
      if (isLate) late += 1;
      this.lapse(slot);
    }
  }

  /** Gives an unused slot back. */
  lapse({ tokens = 0 }: Slot): void {
    this.#sending.leaser.lapse(this.#sending.context.groupId, { tokens });
  }

  /** Gives back a slot that the record no longer needs. */
  close(): void {
    if (this.#given) this.lapse(this.#given);
    this.#given = undefined;
  }

  async #lease(call: WaitingCall): Promise<Slot> {
    const { leaser, context, signal, run, observer } = this.#sending;
    const { groupId: group, priority } = context;
    const passFromMs = Date.now();
    await leaser.apis.pass(this.#target, signal);
    observer.waited("api", Date.now() - passFromMs);
    const rates = currentRatesOf(context);
    const isCounted = (rates.tokensPerMinute ?? leaser.tokensPerMinute()) !== undefined;
    const tokens = isCounted && { tokens: await run.estimates(context.group).estimate(call) };
    const place = placeOf(call);
    const urgent = !this.#isNew || (place.done ?? 0) > 0;
    const more = urgent ? {} : defined({ more: this.#start.more });
    const own = { wanted: 1, urgent, ...place, ...more } as const;
    const wish: Wish = { group, ...rates, priority, ...tokens, ...own };
    const takeFromMs = Date.now();
    const [atMs = 0] = instantsOf(await leaser.take(wish, signal));
    observer.waited("limit", Date.now() - takeFromMs);
    return { atMs, ...countedTokens(leaser, wish) };
  }
}

/** Returns the place of a call in the queue. */
function placeOf({ depth, answers, record }: WaitingCall): Pick<Wish, "done" | "ahead"> {
  // The first call of an admitted row is also a next call, because new rows wait for another limit.
  if (depth !== undefined) return { done: depth + 1, ahead: depth };
  const done = answers.length;
  return { done, ahead: Math.max(0, turnCount(record.prompt) - done - 1) };
}
