/** Samplers. Each draws the value of a column, which depends only on seed, row and column. */
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
  /** Weight of each value, with any sum. @default all equal */
  readonly weights?: readonly number[];
}

/** A value that depends on the value of another column. */
export interface SubcategorySampler {
  readonly type: "subcategory";
  /** Column with the category. */
  readonly of: string;
  /** Values by category. */
  readonly values: Readonly<Record<string, readonly JsonValue[]>>;
}

/** A number from `low` (inclusive) to `high` (exclusive). */
export interface UniformSampler {
  readonly type: "uniform";
  readonly low: number;
  readonly high: number;
  /** Number of decimals. With 0, the numbers are whole and include `high`. @default as drawn */
  readonly decimals?: number;
}

export interface GaussianSampler {
  readonly type: "gaussian";
  readonly mean: number;
  readonly stddev: number;
  /** Number of decimals. @default as drawn */
  readonly decimals?: number;
}

/** True with probability `p`. */
export interface BernoulliSampler {
  readonly type: "bernoulli";
  readonly p: number;
}

/** An instant from `start` (inclusive) to `end` (exclusive), as ISO 8601 text in UTC. */
export interface DatetimeSampler {
  readonly type: "datetime";
  readonly start: string;
  readonly end: string;
  /** Unit to which the instant is cut. @default "second" */
  readonly unit?: "second" | "minute" | "hour" | "day";
}

/** A UUID in the form of version 4. */
export interface UuidSampler {
  readonly type: "uuid";
}
