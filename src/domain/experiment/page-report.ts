import type { StepCounts } from "../graph/step-counts.js";
import type { Counts } from "./experiment.js";
import type { NextDay } from "./next-day.js";
import type { Range } from "./ranges.js";

/** Report of an ended page. */
export interface PageReport extends Counts {
  readonly page: number;
  /** Records without an outcome, to be sent again. */
  readonly left: readonly Range[];
  /** Records whose `<api>/<model>` waits for a person. */
  readonly blocked: readonly Range[];
  /** True if `left` or `blocked` had too many ranges and now include counted records. */
  readonly coarse?: boolean;
  /**
   * Accepted rows of the whole run. Set if an exact number of rows is wanted and the page knows the
   * count.
   */
  readonly accepted?: number;
  /** Counts of a pipeline's steps. */
  readonly steps?: StepCounts;
  /**
   * The page's number of resumes. Records blocked before the last resume are sent again at once.
   */
  readonly resumes: number;
  /** Rows without an outcome whose model's daily quota is used up. */
  readonly nextDay?: NextDay;
  /** Same as in `Sent`. Set if a slice received it after that message. */
  readonly usedUpUntilMs?: number;
}
