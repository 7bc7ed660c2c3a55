/**
 * The money that a run may spend. Each call reserves its expected cost before it is sent.
 *
 * Spent money is read from the logs of all processes, so it survives a crash. The money that other
 * processes have reserved is in their files in the run's folder. A call that has ended stays
 * reserved until the logs were read after its end. So its cost is always counted, either as
 * reserved or as spent.
 */
import type { Failure } from "../../../src/domain/record/outcome.js";
import { admissionOf } from "../../../src/domain/money/budget.js";
import type { Admission, Money } from "../../../src/domain/money/budget.js";
import { sumOfDollars, toDollars, toPicos } from "../../../src/domain/money/money.js";
import { beatMs } from "../../../src/storage/budget/reserved-money.js";
import type { ReservedMoney } from "../../../src/storage/budget/reserved-money.js";
import { untilAborted } from "../../when-aborted.js";
import { sleepUntil } from "../sleep-until.js";
import { isFresh } from "./is-fresh.js";
import type { Read } from "./is-fresh.js";

/** Age in ms up to which read amounts are used to admit a call. A refusal reads them again. */
const freshMs = 500;
/**
 * Time in ms for which other processes still see an ended call as reserved, because they read the
 * logs later.
 */
const lingerMs = 2_000;
/** Minimum and spread in ms of the time after which a call without room looks again. */
const lookAgainMs = 200;
const spreadMs = 300;

export interface BudgetSources {
  /** Returns the dollars that the run may spend now; `undefined` without a limit. */
  readonly maxCost: () => Promise<number | undefined>;
  /** Returns the dollars that are spent. Calls of this function do not overlap. */
  readonly spent: () => Promise<number>;
  readonly reserved: Pick<ReservedMoney, "write" | "others" | "close">;
}

/** Money that one call has reserved. */
export interface Reservation {
  readonly end: (cost: number) => void;
}

/**
 * Answer if there is no room for a call: for now, or until the experiment is resumed with a larger
 * sum.
 */
export interface NoRoom extends Pick<Money, "maxCost" | "spent"> {
  readonly status: Exclude<Admission, "admitted">;
}

/** Returns the expected cost of a call in dollars. It changes with each answer. */
export type Expect = () => number;

interface Ask {
  readonly expect: Expect;
  readonly resolve: (answer: Reservation | NoRoom) => void;
  readonly reject: (error: unknown) => void;
}

/** A request with the cost that it reserves. */
interface PricedAsk extends Ask {
  readonly expected: number;
}

interface Ended {
  readonly cost: number;
  readonly atMs: number;
}

export class Budget {
  readonly #sources: BudgetSources;
  /** Expected cost of the calls in flight, in picodollars. */
  #inFlight = 0n;
  #ended: Ended[] = [];
  #asks: Ask[] = [];
  #isWorking = false;
  #maxCost: Read<number | undefined> | undefined;
  #readingMaxCost: Read<Promise<number | undefined>> | undefined;
  #spent: Read<number> | undefined;
  /** Settles when no call waits for room. */
  #line: Promise<unknown> = Promise.resolve();
  #inLine = 0;
  readonly #news = new Set<() => void>();
  #beat: NodeJS.Timeout | undefined;
  #stopped: { readonly failure: Failure; readonly resumes: number } | undefined;

  constructor(sources: BudgetSources) {
    this.#sources = sources;
  }

  /** True if the run has a limit. The information is at most half a second old. */
  async isLimited(): Promise<boolean> {
    return (await this.#readMaxCost(freshMs)) !== undefined;
  }

  /** Returns the reason why no call is sent until the experiment is resumed. */
  refusal(resumes: number): Failure | undefined {
    return this.#stopped && this.#stopped.resumes >= resumes ? this.#stopped.failure : undefined;
  }

  /** Stops all calls of the run in this process. Returns false if they are already stopped. */
  stop(failure: Failure, resumes: number): boolean {
    if (this.refusal(resumes)) return false;
    this.#stopped = { failure, resumes };
    return true;
  }

  /** Reserves the expected cost of a call. Calls that wait for room go first. */
  async reserve(expect: Expect): Promise<Reservation | NoRoom> {
    if (this.#inLine === 0) return this.#ask(expect);
    const { value: maxCost = Infinity } = this.#maxCost ?? {};
    return { status: "wait", maxCost, spent: this.#spent?.value ?? 0 };
  }

  /** Waits for room in the order of the calls. Rejects with the signal's reason. */
  async reserveInTurn(expect: Expect, signal: AbortSignal): Promise<Reservation | NoRoom> {
    const before = this.#line;
    let leave = (): void => undefined;
    const left = new Promise<void>((resolve) => (leave = resolve));
    this.#line = before.then(() => left);
    this.#inLine += 1;
    try {
      await untilAborted(before, signal);
      for (;;) {
        const answer = await this.#ask(expect);
        if (!("status" in answer) || answer.status === "stop") return answer;
        await this.#untilNews(signal);
      }
    } finally {
      this.#inLine -= 1;
      leave();
    }
  }

  async close(): Promise<void> {
    clearInterval(this.#beat);
    await this.#sources.reserved.close();
  }

  /** Asks for money. Requests that arrive together are answered by reading the files once. */
  async #ask(expect: Expect): Promise<Reservation | NoRoom> {
    return new Promise((resolve, reject) => {
      this.#asks.push({ expect, resolve, reject });
      void this.#work();
    });
  }

  async #work(): Promise<void> {
    if (this.#isWorking) return;
    this.#isWorking = true;
    while (this.#asks.length > 0) {
      const asks = this.#asks.splice(0);
      try {
        await this.#answer(asks);
      } catch (error) {
        for (const { reject } of asks) reject(error);
      }
    }
    this.#isWorking = false;
  }

  async #answer(asks: readonly Ask[]): Promise<void> {
    const { reserved } = this.#sources;
    const maxCost = await this.#readMaxCost(freshMs);
    // The expected cost depends on the answers in the logs.
    await this.#readSpent(freshMs);
    const priced = asks.map((ask) => ({ ...ask, expected: ask.expect() }));
    // Two processes that ask at the same time see each other, because each writes first and then
    // reads.
    await reserved.write(sumOfDollars([this.#shown(), ...priced.map(({ expected }) => expected)]));
    const others = await reserved.others();
    const refused = this.#admit(priced, maxCost, others);
    if (refused.length === 0) return;
    await this.#readSpent(0);
    const again = refused.map((ask) => ({
      ...ask,
      expected: Math.min(ask.expected, ask.expect()),
    }));
    const left = this.#admit(again, await this.#readMaxCost(0), others);
    if (left.length > 0) await reserved.write(this.#shown());
    for (const { expected, resolve } of left) {
      const money = this.#money(this.#maxCost?.value, others);
      const status = admissionOf(expected, money) === "stop" ? "stop" : "wait";
      resolve({ status, maxCost: money.maxCost, spent: money.spent });
    }
  }

  /** Returns the calls without room. */
  #admit(
    asks: readonly PricedAsk[],
    maxCost: number | undefined,
    others: number,
  ): readonly PricedAsk[] {
    let money = this.#money(maxCost, others);
    return asks.filter(({ expected, resolve }) => {
      if (admissionOf(expected, money) !== "admitted") return true;
      money = { ...money, inFlight: sumOfDollars([money.inFlight, expected]) };
      resolve(this.#reservation(expected));
      return false;
    });
  }

  #money(maxCost = Infinity, others: number): Money {
    const { value: spent, atMs } = this.#spent ?? { value: 0, atMs: 0 };
    const unread = this.#ended.filter((call) => call.atMs >= atMs);
    return { maxCost, spent, inFlight: sumOfDollars([others, this.#reservedWith(unread)]) };
  }

  /** Returns the reserved money that other processes must know. */
  #shown(): number {
    const sinceMs = Math.min(Date.now() - lingerMs, this.#spent?.atMs ?? 0);
    this.#ended = this.#ended.filter(({ atMs }) => atMs >= sinceMs);
    return this.#reservedWith(this.#ended);
  }

  #reservedWith(ended: readonly Ended[]): number {
    return sumOfDollars([toDollars(this.#inFlight), ...ended.map(({ cost }) => cost)]);
  }

  #reservation(expected: number): Reservation {
    const picos = BigInt(toPicos(expected));
    let hasEnded = false;
    this.#inFlight += picos;
    this.#beat ??= setInterval(() => void this.#tick(), beatMs).unref();
    return {
      end: (cost) => {
        if (hasEnded) return;
        hasEnded = true;
        this.#inFlight -= picos;
        this.#ended.push({ cost, atMs: Date.now() });
        for (const tell of this.#news) tell();
      },
    };
  }

  /** Shows other processes that this process is alive. */
  async #tick(): Promise<void> {
    await this.#readAfterEnds().catch(() => undefined);
    const shown = this.#shown();
    if (shown === 0) {
      clearInterval(this.#beat);
      this.#beat = undefined;
    }
    // The next call writes the amount again, and reports a folder that cannot be written.
    await this.#sources.reserved.write(shown).catch(() => undefined);
  }

  /**
   * Reads the logs if a call has ended since the last reading. If no other call asks for money, the
   * ended call would stay reserved for other processes.
   */
  async #readAfterEnds(): Promise<void> {
    const readAtMs = this.#spent?.atMs ?? 0;
    if (this.#isWorking || !this.#ended.some(({ atMs }) => atMs >= readAtMs)) return;
    this.#isWorking = true;
    try {
      await this.#readSpent(0);
    } finally {
      this.#isWorking = false;
      void this.#work();
    }
  }

  async #untilNews(signal: AbortSignal): Promise<void> {
    let tell = (): void => undefined;
    const news = new Promise<void>((resolve) => (tell = resolve));
    this.#news.add(tell);
    try {
      const atMs = Date.now() + lookAgainMs + Math.random() * spreadMs;
      await Promise.race([news, sleepUntil(atMs, signal)]);
    } finally {
      this.#news.delete(tell);
    }
  }

  async #readMaxCost(mostAgeMs: number): Promise<number | undefined> {
    const atMs = Date.now();
    if (isFresh(this.#maxCost, atMs - mostAgeMs)) return this.#maxCost.value;
    // While one call reads the file, other calls of a busy process wait for it instead of opening
    // the file, too.
    const reading = isFresh(this.#readingMaxCost, atMs - mostAgeMs)
      ? this.#readingMaxCost
      : { value: this.#sources.maxCost(), atMs };
    this.#readingMaxCost = reading;
    try {
      const value = await reading.value;
      if (!isFresh(this.#maxCost, reading.atMs)) this.#maxCost = { value, atMs: reading.atMs };
      return value;
    } finally {
      if (this.#readingMaxCost === reading) this.#readingMaxCost = undefined;
    }
  }

  async #readSpent(mostAgeMs: number): Promise<void> {
    const atMs = Date.now();
    if (this.#spent && atMs - this.#spent.atMs < mostAgeMs) return;
    this.#spent = { value: await this.#sources.spent(), atMs };
  }
}
