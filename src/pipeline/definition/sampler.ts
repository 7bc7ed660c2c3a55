/** Samplers: each draws the value of a column, as a function of seed, row and column. */
import type { JsonValue } from "../../domain/json/json.js";

export type Sampler =
  | CategorySampler
  | SubcategorySampler
  | UniformSampler
  | GaussianSampler
  | BernoulliSampler
  | DatetimeSampler
  | UuidSampler;

export interface CategorySampler {
  readonly type: "category";
  readonly values: readonly JsonValue[];
  /** One for each value; they need no sum. @default all equal */
  readonly weights?: readonly number[];
}

/** A value that depends on another column's. */
export interface SubcategorySampler {
  readonly type: "subcategory";
  /** The column with the category. */
  readonly of: string;
  /** By category. */
  readonly values: Readonly<Record<string, readonly JsonValue[]>>;
}

/** A number from `low` to below `high`. */
export interface UniformSampler {
  readonly type: "uniform";
  readonly low: number;
  readonly high: number;
  /** Digits after the point; 0 gives whole numbers, `high` among them. @default as drawn */
  readonly decimals?: number;
}

export interface GaussianSampler {
  readonly type: "gaussian";
  readonly mean: number;
  readonly stddev: number;
  /** Digits after the point. @default as drawn */
  readonly decimals?: number;
}

/** True with probability `p`. */
export interface BernoulliSampler {
  readonly type: "bernoulli";
  readonly p: number;
}

/** An instant from `start` to below `end`, as ISO 8601 text in UTC. */
export interface DatetimeSampler {
  readonly type: "datetime";
  readonly start: string;
  readonly end: string;
  /** @default "second" */
  readonly unit?: "second" | "minute" | "hour" | "day";
}

/** A UUID (version 4 by its form). */
export interface UuidSampler {
  readonly type: "uuid";
}
