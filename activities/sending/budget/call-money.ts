import { costOf } from "../../../src/domain/money/cost-of.js";
import { costReached, costReachedType, costTarget } from "../../../src/domain/money/budget.js";
import type { ExpectedCost } from "../../../src/domain/money/budget.js";
import type { Price } from "../../../src/domain/money/price.js";
import type { Spend } from "../../../src/domain/money/spending.js";
import type { Failure } from "../../../src/domain/record/outcome.js";
import { longestAnswerOf } from "../../../src/providers/tokens/longest-answer.js";
import type { IndexEntry } from "../../../src/storage/log/group-store.js";
import { promptTokens } from "../../leaser/token-estimates.js";
import type { PreparedCall } from "../call/call-request.js";
import type { Sending } from "../sending.js";
import type { Expect, NoRoom, Reservation } from "./budget.js";

/** The money of one call in flight. */
export interface CallMoney {
  /** Notes the cost of an answer. */
  readonly answered: (spend: Spend | undefined) => void;
  /** Ends the reservation. The call is over, and its line is on disk. */
  readonly end: () => void;
}

/** Reason why a call is not sent. */
export type Unpaid =
  | { readonly status: "wait" }
  | { readonly status: "stop" | "unknown-price"; readonly failure: Failure };

const free: CallMoney = { answered: () => undefined, end: () => undefined };

interface Expected extends ExpectedCost {
  /** Number of tokens of the prompt. */
  readonly prompt: number;
}

/** Reserves the money for a call of a record, in a run with `maxCost`. */
export class MoneyForCall {
  readonly #sending: Sending;
  readonly #entry: IndexEntry;
  readonly #target: string;
  #hadNoRoom = false;
  #reserved: { readonly reservation: Reservation; readonly expected: Expected } | undefined;

  /** @param target `<api>/<model>` of the call */
  constructor(
    sending: Sending,
    { entry, target }: { readonly entry: IndexEntry; readonly target: string },
  ) {
    this.#sending = sending;
    this.#entry = entry;
    this.#target = target;
  }

  /**
   * Waits for room, if there was none at the last slot. Calls without room then do not take slots
   * from other calls.
   */
  async whenRoom(prepared: PreparedCall): Promise<Unpaid | undefined> {
    if (!this.#hadNoRoom || this.#reserved) return undefined;
    const expect = await this.#expectation(prepared);
    if (typeof expect !== "function") return undefined;
    const { run, signal } = this.#sending;
    return this.#take(expect, async (cost) => run.budget.reserveInTurn(cost, signal));
  }

  /** Reserves the money at the time of the slot, unless it is reserved already. */
  async reserve(prepared: PreparedCall): Promise<CallMoney | Unpaid> {
    if (this.#reserved) return this.#handOver();
    const expect = await this.#expectation(prepared);
    if (expect === "free") return free;
    if (typeof expect !== "function") return expect;
    const { budget } = this.#sending.run;
    return (await this.#take(expect, async (cost) => budget.reserve(cost))) ?? this.#handOver();
  }

  /** Gives back the money that no call has used. */
  close(): void {
    this.#reserved?.reservation.end(0);
    this.#reserved = undefined;
  }

  async #take(
    expect: () => Expected,
    ask: (expect: Expect) => Promise<Reservation | NoRoom>,
  ): Promise<Unpaid | undefined> {
    let expected = expect();
    const answer = await ask(() => {
      expected = expect();
      return expected.cost;
    });
    if (!("status" in answer)) {
      this.#reserved = { reservation: answer, expected };
      return undefined;
    }
    this.#hadNoRoom = true;
    if (answer.status === "wait") return { status: "wait" };
    return { status: "stop", failure: await this.#stop(answer, expected) };
  }

  /** Stops the calls of this process, and logs it once. */
  async #stop(answer: NoRoom, expected: Expected): Promise<Failure> {
    const { run, context, store } = this.#sending;
    const failure = { type: costReachedType, message: costReached(answer, expected) };
    if (run.budget.stop(failure, context.resumes)) {
      const { position } = this.#entry;
      const facts = { position, finishedAt: Date.now(), target: costTarget };
      await store.append({ kind: "refused", ...facts, error: failure });
    }
    return run.budget.refusal(context.resumes) ?? failure;
  }

  /** Returns the expectation for a call. It changes with each answer while the call waits. */
  async #expectation(prepared: PreparedCall): Promise<(() => Expected) | Unpaid | "free"> {
    const { run } = this.#sending;
    if (!(await run.budget.isLimited())) return "free";
    const price = priceOf(prepared);
    if (!price) {
      const isFree = prepared.provider.name === "test";
      return isFree ? "free" : { status: "unknown-price", failure: unknownPrice(this.#target) };
    }
    const { record } = prepared.request;
    const prompt = await promptTokens(prepared.request);
    const longest = longestAnswerOf(prepared.provider, record);
    return () => {
      const tokens = run.expectedTokens(this.#target).expect(prompt, longest);
      const { output, basis } = tokens;
      return { cost: costOf(tokens, price), output, basis, prompt };
    };
  }

  #handOver(): CallMoney {
    const { reservation, expected } = this.#reserved ?? {};
    this.#reserved = undefined;
    let cost = 0;
    return {
      answered: (spend) => {
        if (!spend || !expected) return;
        cost = spend.cost ?? expected.cost;
        this.#sending.run.expectedTokens(this.#target).note(expected.prompt, spend.tokens);
      },
      end: () => reservation?.end(cost),
    };
  }
}

function priceOf({
  request: { record },
  provider,
  environment,
  priceOf,
}: PreparedCall): Price | undefined {
  return priceOf({ record, provider, environment, atMs: Date.now() });
}

function unknownPrice(target: string): Failure {
  return {
    type: "UnknownPrice",
    message: `The price of ${target} is unknown, so --max-cost can't count its calls. Give its price with --prices.`,
  };
}
