import { allowedLatenessMs } from "../../src/domain/experiment/waves.js";
import { instantsOf } from "../../src/domain/limit/slots.js";
import { turnCount } from "../../src/domain/record/prompt-record.js";
import { currentRatesOf } from "../../src/domain/rates/current-rates.js";
import { countedTokens } from "../leaser/counted-tokens.js";
import type { Wish } from "../leaser/group-ledger.js";
import type { CountedCall } from "../leaser/token-estimates.js";
import type { Sending } from "./sending.js";
import { sleepUntil } from "./sleep-until.js";

/** A call leases anew so often because it came late; then it goes, and counts as late. */
const mostLate = 2;

/** The right to make one call. */
export interface Slot {
  /** In the limit's time. */
  readonly atMs: number;
  /** What it was counted for, where tokens are limited. */
  readonly tokens?: number;
}

/** The slots for a record's calls: the one that came with its slice, then one lease a call. */
export class RecordSlots {
  readonly #sending: Sending;
  /** `<api>/<model>` */
  readonly #target: string;
  #given: Slot | undefined;

  constructor(sending: Sending, target: string, given: Slot | undefined) {
    this.#sending = sending;
    this.#target = target;
    this.#given = given;
  }

  /**
   * Waits for the instant of a slot: of the given one, or of a new one where there is none, its instant is past, or the
   * limit was slowed down since it was given.
   */
  async take(call: CountedCall): Promise<Slot> {
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
      if (!isTooEarly && (!isLate || late >= mostLate)) return slot;
      if (isLate) late += 1;
      this.lapse(slot);
    }
  }

  /** Gives a slot back that no call has used. */
  lapse({ tokens = 0 }: Slot): void {
    this.#sending.leaser.lapse(this.#sending.context.groupId, { tokens });
  }

  /** Gives back what the record does not need any more. */
  close(): void {
    if (this.#given) this.lapse(this.#given);
    this.#given = undefined;
  }

  async #lease(call: CountedCall): Promise<Slot> {
    const { leaser, context, signal, run } = this.#sending;
    const { groupId: group, priority } = context;
    await leaser.apis.pass(this.#target, signal);
    const rates = currentRatesOf(context);
    const isCounted = (rates.tokensPerMinute ?? leaser.tokensPerMinute()) !== undefined;
    const tokens = isCounted && { tokens: await run.estimates(context.group).estimate(call) };
    const done = call.answers.length;
    const ahead = Math.max(0, turnCount(call.record.prompt) - done - 1);
    const own = { wanted: 1, urgent: true, done, ahead } as const;
    const wish: Wish = { group, ...rates, priority, ...tokens, ...own };
    const [atMs = 0] = instantsOf(await leaser.take(wish, signal));
    return { atMs, ...countedTokens(leaser, wish) };
  }
}
