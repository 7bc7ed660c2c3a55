/**
 * Facts about earlier answers of one `<api>/<model>`. The tokens and times of future answers are
 * estimated from them.
 */
import { addPair, noPairs, ratioOf } from "../statistics/ratio-estimate.js";
import type { RatioSums } from "../statistics/ratio-estimate.js";
import type { TokenCounts } from "../tokens/token-counts.js";
import type { CallWork } from "./call-work.js";

export interface Evidence {
  /** Expected and counted input tokens, one pair per record. */
  readonly input: RatioSums;
  /** Calls and output tokens, one pair per record. */
  readonly output: RatioSums;
  /** True if an answer was read from a cache of the API, at a lower price. */
  readonly cached: boolean;
  /** Time of a call in ms; absent if no record has a time. */
  readonly latencyMs?: { readonly shortest: number; readonly longest: number };
}

export const noEvidence: Evidence = { input: noPairs, output: noPairs, cached: false };

/** A completed record, its work, and the counts from the API. */
export interface AnsweredRecord {
  readonly work: Pick<CallWork, "calls" | "promptTokens" | "answersSentAgain" | "messages">;
  readonly counts: TokenCounts;
  /** Time of all its calls together, in ms. */
  readonly latencyMs?: number;
}

export function addEvidence(
  { input, output, cached, latencyMs }: Evidence,
  { work, counts, latencyMs: taken }: AnsweredRecord,
): Evidence {
  const answer = counts.output / work.calls;
  const expected = expectedInput(work, answer);
  const time = taken === undefined ? undefined : taken / work.calls;
  return {
    input: addPair(input, expected, counts.input),
    output: addPair(output, work.calls, counts.output),
    cached: cached || (counts.cachedInput ?? 0) > 0,
    ...(time === undefined
      ? latencyMs && { latencyMs }
      : {
          latencyMs: {
            shortest: Math.min(latencyMs?.shortest ?? time, time),
            longest: Math.max(latencyMs?.longest ?? time, time),
          },
        }),
  };
}

/** Returns the expected input tokens. @param answer average tokens of an answer */
export function expectedInput(
  { promptTokens, answersSentAgain, messages }: AnsweredRecord["work"],
  answer: number,
): number {
  return promptTokens + answersSentAgain * answer + messages * tokensOfMessage;
}

/** Returns the average tokens of the answers. */
export function averageAnswer({ output }: Evidence): number {
  return ratioOf(output);
}

/**
 * Number of tokens around a message, for its role and its end. OpenAI's chat models count 3 for
 * each message and 3 for the answer's start; templates of open models count 4 to 10.
 */
const tokensOfMessage = 4;
