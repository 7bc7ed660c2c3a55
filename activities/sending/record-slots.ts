import { allowedLatenessMs } from "../../src/domain/experiment/waves.js";
import { instantsOf } from "../../src/domain/limit/slots.js";
import { turnCount } from "../../src/domain/record/prompt-record.js";
import { currentRatesOf } from "../../src/domain/rates/current-rates.js";
import { countedTokens } from "../leaser/counted-tokens.js";
import type { Wish } from "../leaser/group-ledger.js";
import type { CountedCall } from "../leaser/token-estimates.js";
import type { Sending } from "./sending.js";
import { sleepUntil } from "./sleep-until.js";

/** Maximum number of new leases for a late call. After that it is sent and counts as late. */
const mostLate = 2;

type WaitingCall = CountedCall & { readonly depth?: number };

/** The right to make one call. */
export interface Slot {
  /** Time of the slot, in the limit's time. */
  readonly atMs: number;
  /** Tokens that it counts for, if tokens are limited. */
  readonly tokens?: number;
}

/** The slots for a record's calls: first the one from its slice, then one lease per call. */
export class RecordSlots {
  readonly #sending: Sending;
  /** `<api>/<model>` */
  readonly #target: string;
  #given: Slot | undefined;
  readonly #onTurn: () => void;

  /** @param onTurn called when a call's slot has come */
  constructor(
    sending: Sending,
    target: string,
    given: Slot | undefined,
    onTurn: () => void = () => undefined,
  ) {
    this.#sending = sending;
    this.#target = target;
    this.#given = given;
    this.#onTurn = onTurn;
  }

  /**
   * Waits for a slot's time. Uses the given slot, or a new one if there is none, its time is past,
   * or the limit was slowed down since.
   */
  async take(call: WaitingCall): Promise<Slot> {
    const { leaser, context, signal } = this.#sending;
    for (let late = 0; ;) {
      const slot = this.#given ?? (await this.#lease(call));
      this.#given = slot;
      const atMs = await leaser.toLocal(slot.atMs);
      await sleepUntil(atMs, signal);
      this.#given = undefined;
      const isTooEarly = leaser.apis.isTooEarly(slot.atMs, this.#target);
      const isLate = Date.now() - atMs > allowedLatenessMs(context.requestsPerMinute);
      leaser.noteTurn(isLate);
      if (!isTooEarly && (!isLate || late >= mostLate)) {
        this.#onTurn();
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

  /** Gives back the slot that the record no longer needs. */
  close(): void {
    if (this.#given) this.lapse(this.#given);
    this.#given = undefined;
  }

  async #lease(call: WaitingCall): Promise<Slot> {
    const { leaser, context, signal, run } = this.#sending;
    const { groupId: group, priority } = context;
    await leaser.apis.pass(this.#target, signal);
    const rates = currentRatesOf(context);
    const isCounted = (rates.tokensPerMinute ?? leaser.tokensPerMinute()) !== undefined;
    const tokens = isCounted && { tokens: await run.estimates(context.group).estimate(call) };
    const own = { wanted: 1, urgent: true, ...placeOf(call) } as const;
    const wish: Wish = { group, ...rates, priority, ...tokens, ...own };
    const [atMs = 0] = instantsOf(await leaser.take(wish, signal));
    return { atMs, ...countedTokens(leaser, wish) };
  }
}

/** The place of a call in the waiting line. */
function placeOf({ depth, answers, record }: WaitingCall): Pick<Wish, "done" | "ahead"> {
  // An admitted row's first call is a next call too: new rows wait for another limit.
  if (depth !== undefined) return { done: depth + 1, ahead: depth };
  const done = answers.length;
  return { done, ahead: Math.max(0, turnCount(record.prompt) - done - 1) };
}
