/** Estimates the tokens of calls before they are sent, as a range. */
import { predictTotal } from "../statistics/ratio-estimate.js";
import type { PredictedTotal, RatioSums } from "../statistics/ratio-estimate.js";
import { stretched, wholeBounds, within } from "./bounds.js";
import type { Bounds } from "./bounds.js";
import type { CallWork } from "./call-work.js";
import { averageAnswer, expectedInput } from "./evidence.js";
import type { Evidence } from "./evidence.js";

/** Basis of an estimate: answers from the same experiment, from other experiments, or none. */
export type Basis = "same-experiment" | "other-experiments" | "assumed";

/** Evidence about the answers of a model. */
export interface Known {
  readonly basis: Basis;
  /** Set unless the basis is `assumed`. */
  readonly evidence?: Evidence;
}

export interface EstimatedTokens {
  readonly input: Bounds;
  readonly output: Bounds;
}

/** Assumed maximum tokens of an answer without `max_tokens` if there are no earlier answers. */
export const assumedLongestAnswer = 4_000;

/**
 * Prompts are counted with OpenAI's tokenizer. On English text and code, the tokenizers of other
 * models differ from OpenAI's by less than a fifth. On other languages they count up to 1.6 times
 * as many tokens. The lower factor leaves room for newer tokenizers.
 */
const tokenizerFactors: Bounds = { low: 0.8, high: 1.6 };

/** Factors for evidence from other prompts, which says less about the tokens of a model. */
const ofOtherPrompts = {
  input: { low: 0.9, high: 1.1 },
  output: { low: 0.5, high: 2 },
} as const;

/**
 * Answer lengths are skewed: a few answers are far longer than most, and a small sample often lacks
 * them. So the upper bound is twice as far away as the lower one. From 20 answers of log-normal
 * length (sigma 1), such a range contained the sum of 980 further answers in 97 of 100 draws; a
 * symmetric range contained it in 87.
 */
const upperReach = 2;

export function estimateTokens(work: CallWork, { basis, evidence }: Known): EstimatedTokens {
  const possible = possibleOutput(work);
  if (!evidence || basis === "assumed") {
    const perCall = stretched(possible, 1 / work.calls, 1 / work.calls);
    const input = {
      low: tokenizerFactors.low * expectedInput({ ...work, messages: 0 }, perCall.low),
      high: tokenizerFactors.high * expectedInput({ ...work, messages: 0 }, perCall.high),
    };
    const around = { low: 0, high: work.messages * mostTokensOfMessage };
    return {
      input: wholeBounds({ low: input.low + around.low, high: input.high + around.high }),
      output: wholeBounds(possible),
    };
  }
  const isSame = basis === "same-experiment";
  const output = predictBounds(evidence.output, { x: work.calls, count: work.records });
  const input = predictBounds(evidence.input, {
    x: expectedInput(work, averageAnswer(evidence)),
    count: work.records,
  });
  const wider = (bounds: Bounds, { low, high }: Bounds): Bounds =>
    isSame ? bounds : stretched(bounds, low, high);
  const limits = work.unlimitedCalls > 0 ? { ...possible, high: Infinity } : possible;
  return {
    input: wholeBounds(wider(input, ofOtherPrompts.input)),
    output: wholeBounds(within(wider(output, ofOtherPrompts.output), limits)),
  };
}

/** Returns the range from one token per answer to the maximum of every answer. */
function possibleOutput({ calls, limitedAnswers, unlimitedCalls }: CallWork): Bounds {
  return { low: calls, high: limitedAnswers + unlimitedCalls * assumedLongestAnswer };
}

const mostTokensOfMessage = 15;
/** Minimum number of answers. Fewer say too little about their spread. */
const leastAnswers = 5;
const fewAnswers: Bounds = { low: 0.25, high: 4 };

/** Returns the range of the total over `further` records, predicted from the measured records. */
export function predictBounds(
  sums: RatioSums,
  further: { readonly x: number; readonly count: number },
): Bounds {
  const { value, reach }: PredictedTotal = predictTotal(sums, further);
  if (sums.count < leastAnswers)
    return stretched({ low: value, high: value }, fewAnswers.low, fewAnswers.high);
  return { low: Math.max(0, value - reach), high: value + upperReach * reach };
}
