/** Estimated calls, tokens, time and cost of an experiment, before anything is sent. */
import type { JsonValue } from "../json/json.js";
import { sumOfDollars } from "../money/money.js";
import type { GroupRates } from "../rates/rates.js";
import { latestOf, nothing, sumOfBounds } from "./bounds.js";
import type { Bounds } from "./bounds.js";
import type { Binding } from "./time-estimate.js";
import type { Basis } from "./token-estimate.js";

/** A stage before or after that of the experiment's own records. */
export type PlannedStage = "rephrase" | "judge";

/** The calls of a group, a model or an experiment. */
export interface PlannedCalls {
  readonly records: number;
  /** Number of calls without retries. A chat has one call per turn. */
  readonly calls: number;
  readonly inputTokens: Bounds;
  readonly outputTokens: Bounds;
  /** Cost in dollars of the calls with a known price. */
  readonly cost: Bounds;
  /** Number of calls with an unknown price. They are not in `cost`. */
  readonly unknownCalls: number;
}

export interface GroupOfPlan extends PlannedCalls, GroupRates {
  /** Name of the group; `all` in an experiment without groups. */
  readonly name: string;
  /** Key of the limit, e.g. `api/openai/gpt-4o`. */
  readonly limitKey: string;
  /** Set for the calls of another stage than that of the experiment's own records. */
  readonly stage?: PlannedStage;
  readonly timeMs: Bounds;
  /** The limit that decides the time. */
  readonly boundBy: Binding;
}

export interface ModelOfPlan extends PlannedCalls {
  /** `<api>/<model>` */
  readonly target: string;
  /** Set for the calls of another stage than that of the experiment's own records. */
  readonly stage?: PlannedStage;
  readonly basis: Basis;
  /** Number of answers without `max_tokens`. Their length is assumed if the basis is `assumed`. */
  readonly unlimitedCalls: number;
  /** Maximum tokens of a prompt and its answer together; absent if unknown. */
  readonly contextWindow?: number;
  /**
   * Variable that sets another address for the API. Set if the address is the reason for the
   * unknown price.
   */
  readonly ownAddress?: string;
  /** Similar model of the API with a known price. Set if the price is unknown. */
  readonly similarModel?: string;
}

/** A prompt among the longest of an experiment. */
export interface LongPrompt {
  /** Line number, starting at 1. For a CSV file, the number of the row; the header is row 1. */
  readonly line: number;
  readonly id?: JsonValue;
  /** `<api>/<model>` */
  readonly target: string;
  /** Estimated tokens of the prompt. */
  readonly tokens: number;
}

export interface ExperimentPlan {
  readonly name: string;
  /**
   * Unit of the counts: `row` for a pipeline, `line` for a batch run. The groups of these are their
   * steps.
   */
  readonly unit: "record" | "row" | "line";
  /** Groups in the order of sending. Groups without records are left out. */
  readonly groups: readonly GroupOfPlan[];
  readonly models: readonly ModelOfPlan[];
  readonly total: PlannedCalls & { readonly timeMs: Bounds };
  /**
   * Number of records or rows whose answers come from earlier runs. All other figures exclude them.
   */
  readonly reused: number;
  /** The longest prompts, longest first. */
  readonly longestPrompts: readonly LongPrompt[];
  /** Warnings, one sentence each. */
  readonly warnings: readonly string[];
}

export const noCalls: PlannedCalls = {
  records: 0,
  calls: 0,
  inputTokens: nothing,
  outputTokens: nothing,
  cost: nothing,
  unknownCalls: 0,
};

export function sumOfCalls(parts: readonly PlannedCalls[]): PlannedCalls {
  const sum = (numberOf: (part: PlannedCalls) => number): number =>
    parts.reduce((total, part) => total + numberOf(part), 0);
  return {
    records: sum(({ records }) => records),
    calls: sum(({ calls }) => calls),
    inputTokens: sumOfBounds(parts.map(({ inputTokens }) => inputTokens)),
    outputTokens: sumOfBounds(parts.map(({ outputTokens }) => outputTokens)),
    cost: {
      low: sumOfDollars(parts.map(({ cost }) => cost.low)),
      high: sumOfDollars(parts.map(({ cost }) => cost.high)),
    },
    unknownCalls: sum(({ unknownCalls }) => unknownCalls),
  };
}

/**
 * Returns the total of groups. Groups of one stage are sent at the same time, and stages one after
 * the other.
 */
export function totalOf(groups: readonly GroupOfPlan[]): ExperimentPlan["total"] {
  const partsOf = (wanted: PlannedStage | undefined): readonly GroupOfPlan[] =>
    groups.filter(({ stage }) => stage === wanted);
  const main = partsOf(undefined);
  const stages = [partsOf("rephrase"), main, partsOf("judge")];
  const times = stages.map((stage) => latestOf(stage.map(({ timeMs }) => timeMs)));
  return {
    ...sumOfCalls(groups),
    records: sumOfCalls(main).records,
    timeMs: sumOfBounds(times),
  };
}
