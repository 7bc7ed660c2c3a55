/** The calls of an earlier run's rows in one step. */
import { addPair, noPairs, predictTotal } from "../statistics/ratio-estimate.js";
import type { RatioSums } from "../statistics/ratio-estimate.js";
import type { Bounds } from "./bounds.js";
import { within } from "./bounds.js";
import { predictBounds } from "./token-estimate.js";

/** The calls of one row in one step, added up. */
export interface StepUse {
  readonly calls: number;
  readonly input: number;
  readonly output: number;
  /** Cost in dollars of the calls with a known price. */
  readonly cost: number;
  readonly unknownCalls: number;
}

/** Sums over rows. A row that did not reach the step counts as 0. */
export interface StepEvidence {
  readonly rows: number;
  readonly uses: Readonly<Record<keyof StepUse, RatioSums>>;
}

export const noUse: StepUse = { calls: 0, input: 0, output: 0, cost: 0, unknownCalls: 0 };

const figures = ["calls", "input", "output", "cost", "unknownCalls"] as const;

export function addUse(one: StepUse, other: StepUse): StepUse {
  return {
    calls: one.calls + other.calls,
    input: one.input + other.input,
    output: one.output + other.output,
    cost: one.cost + other.cost,
    unknownCalls: one.unknownCalls + other.unknownCalls,
  };
}

export function stepEvidence(rows: readonly StepUse[]): StepEvidence {
  const sumsOf = (figure: keyof StepUse): RatioSums =>
    rows.reduce((sums, use) => addPair(sums, 1, use[figure]), noPairs);
  const uses = Object.fromEntries(figures.map((figure) => [figure, sumsOf(figure)]));
  // Each figure is in the list once.
  return { rows: rows.length, uses: uses as StepEvidence["uses"] };
}

export interface PredictedStep {
  readonly calls: number;
  readonly unknownCalls: number;
  readonly inputTokens: Bounds;
  readonly outputTokens: Bounds;
  readonly cost: Bounds;
}

/** Predicts the calls for a number of rows. */
export function predictStep({ uses }: StepEvidence, rows: number): PredictedStep {
  const further = { x: rows, count: rows };
  const boundsOf = (figure: keyof StepUse): Bounds =>
    within(predictBounds(uses[figure], further), { low: 0, high: Infinity });
  const meanOf = (figure: keyof StepUse): number =>
    Math.round(predictTotal(uses[figure], further).value);
  return {
    calls: meanOf("calls"),
    unknownCalls: meanOf("unknownCalls"),
    inputTokens: boundsOf("input"),
    outputTokens: boundsOf("output"),
    cost: boundsOf("cost"),
  };
}
