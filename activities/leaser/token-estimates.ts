/**
 * Estimates a call's tokens, prompt and answer together. The prompt is counted with OpenAI's
 * tokenizer. The answer is the group's average so far, at most the record's own maximum. The first
 * calls of a group use that maximum, or `unknownTokens`.
 */
import type { Answer } from "../../src/domain/record/outcome.js";
import { isChat } from "../../src/domain/record/prompt-record.js";
import type { PromptRecord } from "../../src/domain/record/prompt-record.js";
import type { TokenCounts } from "../../src/domain/tokens/token-counts.js";
import { unknownTokens } from "../../src/domain/limit/token-pace.js";
import { tokensIn } from "../../src/providers/tokens/tokens-in.js";

/** One call: a record, or a turn of its chat. */
export interface CountedCall {
  readonly record: PromptRecord;
  /** Answers to the earlier turns. */
  readonly answers: readonly Answer[];
}

/** Returns the maximum tokens of a record's answer, from the parameters that its API declares. */
type LongestAnswerOf = (record: PromptRecord) => Promise<number | undefined>;

/** Number of answers in the average. Older answers lose their weight. */
const answersRemembered = 100;

/** Estimates for one group in one process. */
export class TokenEstimates {
  #answers = 0;
  /** Average tokens of a call in addition to its prompt. */
  #restTokens = 0;
  readonly #longestAnswerOf: LongestAnswerOf;

  constructor(longestAnswerOf: LongestAnswerOf) {
    this.#longestAnswerOf = longestAnswerOf;
  }

  async estimate(call: CountedCall): Promise<number> {
    const most = (await this.#longestAnswerOf(call.record)) ?? Infinity;
    const rest = this.#answers > 0 ? this.#restTokens : Math.min(unknownTokens, most);
    const known = Number.isFinite(most) && this.#answers === 0 ? most : rest;
    return Math.max(1, Math.round((await promptTokens(call)) + Math.min(most, known)));
  }

  /**
   * Notes an answer. Returns the tokens that the API's limits count for its call.
   *
   * @param counts tokens that the API reported
   */
  async note(
    call: CountedCall,
    { response }: Pick<Answer, "response">,
    counts?: TokenCounts,
  ): Promise<number> {
    const prompt = await promptTokens(call);
    const used = counts
      ? counts.input - (counts.uncounted ?? 0) + counts.output
      : prompt + (await tokensIn(response));
    this.#answers = Math.min(answersRemembered, this.#answers + 1);
    this.#restTokens += (used - prompt - this.#restTokens) / this.#answers;
    return used;
  }
}

/** Returns the tokens of the prompt of a call, including the earlier turns of its chat. */
export async function promptTokens({ record: { prompt }, answers }: CountedCall): Promise<number> {
  if (!isChat(prompt)) return tokensIn(prompt);
  const said = answers.map(({ response }) => response);
  return tokensIn([...prompt.slice(0, answers.length + 1), ...said]);
}
