/**
 * Estimates the tokens of a model's next call: its prompt, and the average of the answers so far.
 */
import type { AnswerBasis } from "../../../src/domain/money/budget.js";
import { unknownTokens } from "../../../src/domain/limit/token-pace.js";
import type { TokenCounts } from "../../../src/domain/tokens/token-counts.js";

/** Number of answers in the average. Older answers lose their weight. */
const answersRemembered = 100;

export interface TokenExpectation extends Pick<TokenCounts, "input" | "output"> {
  /** Source of the expected tokens. */
  readonly basis: AnswerBasis;
}

export class ExpectedTokens {
  readonly #averageOfRun: () => number | undefined;
  #answers = 0;
  /** Average tokens that the API counts in addition to those of the prompt, for media and tools. */
  #moreInput = 0;
  #output = 0;

  /**
   * @param averageOfRun average tokens of the answers in the logs of all processes. It is used
   *   until the model has answered in this process.
   */
  constructor(averageOfRun: () => number | undefined = () => undefined) {
    this.#averageOfRun = averageOfRun;
  }

  /**
   * @param prompt tokens of the prompt
   * @param longest maximum tokens of the answer, if the record has one
   */
  expect(prompt: number, longest = Infinity): TokenExpectation {
    const average = this.#answers === 0 ? this.#averageOfRun() : this.#output;
    const output = average ?? unknownTokens;
    const basis = average === undefined ? "assumed" : "average";
    return {
      input: Math.max(1, Math.round(prompt + this.#moreInput)),
      output: Math.round(Math.min(output, longest)),
      basis: longest < output ? "max_tokens" : basis,
    };
  }

  /** Notes the tokens that the API counted. */
  note(prompt: number, { input, output }: Pick<TokenCounts, "input" | "output">): void {
    this.#answers = Math.min(answersRemembered, this.#answers + 1);
    this.#moreInput += (input - prompt - this.#moreInput) / this.#answers;
    this.#output += (output - this.#output) / this.#answers;
  }
}
