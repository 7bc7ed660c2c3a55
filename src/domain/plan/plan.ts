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
  /** Number of calls if none fails. A chat has one call per turn. */
  readonly calls: number;
  readonly inputTokens: Bounds;
  readonly outputTokens: Bounds;
  /** Dollars for the calls of known price. */
  readonly cost: Bounds;
  /** Calls of unknown price, which `cost` lacks. */
  readonly unknownCalls: number;
}

export interface GroupOfPlan extends PlannedCalls, GroupRates {
  /** `all` for the single group of an experiment without groups. */
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
  /** Answers without `max_tokens`, whose length is assumed if the basis is `assumed`. */
  readonly unlimitedCalls: number;
  /** Maximum tokens of a prompt and its answer; absent if it is unknown. */
  readonly contextWindow?: number;
  /** Variable with another address of the API, if that is why the price is unknown. */
  readonly ownAddress?: string;
  /** A model of the API with a known price and a similar name, if the price is unknown. */
  readonly similarModel?: string;
}

/** A prompt among the longest of an experiment. */
export interface LongPrompt {
  /** From 1. For a CSV file the row; the header is row 1. */
  readonly line: number;
  readonly id?: JsonValue;
  /** `<api>/<model>` */
  readonly target: string;
  /** Estimated tokens of the prompt. */
  readonly tokens: number;
}

export interface ExperimentPlan {
  readonly name: string;
  /** `row` for a pipeline, whose groups are its steps; `line` for a batch run, likewise. */
  readonly unit: "record" | "row" | "line";
  /** In the order of sending, without groups that have no records. */
  readonly groups: readonly GroupOfPlan[];
  readonly models: readonly ModelOfPlan[];
  readonly total: PlannedCalls & { readonly timeMs: Bounds };
  /** Records or rows whose answers come from earlier runs. The figures are without them. */
  readonly reused: number;
  /** The longest prompts, longest first. */
  readonly longestPrompts: readonly LongPrompt[];
  /** One sentence each. */
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

/** The total of groups. Groups of one stage are sent at the same time, stages one after another. */
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
