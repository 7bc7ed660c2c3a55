/** Expects the tokens of a model's next call: its prompt, and the average of the answers so far. */
import { unknownTokens } from "../../../src/domain/limit/token-pace.js";
import type { TokenCounts } from "../../../src/domain/tokens/token-counts.js";

/** Number of answers in the average. Older ones lose their weight. */
const answersRemembered = 100;

export class ExpectedTokens {
  #answers = 0;
  /** Average tokens that the API counts beyond the prompt's own, for media and tools. */
  #moreInput = 0;
  #output = 0;

  /**
   * @param prompt tokens of the prompt
   * @param longest maximum tokens of the answer, if the record has one
   */
  expect(prompt: number, longest = Infinity): TokenCounts {
    const output = this.#answers === 0 ? unknownTokens : this.#output;
    return {
      input: Math.max(1, Math.round(prompt + this.#moreInput)),
      output: Math.round(Math.min(output, longest)),
    };
  }

  /** Notes what the API counted. */
  note(prompt: number, { input, output }: Pick<TokenCounts, "input" | "output">): void {
    this.#answers = Math.min(answersRemembered, this.#answers + 1);
    this.#moreInput += (input - prompt - this.#moreInput) / this.#answers;
    this.#output += (output - this.#output) / this.#answers;
  }
}
