import type { StepCounts } from "../graph/step-counts.js";
import type { Counts } from "./experiment.js";
import type { NextDay } from "./next-day.js";
import { fewRanges, mergeRanges } from "./ranges.js";
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

/** Records that a page leaves, with any number of ranges in any order. */
interface Left {
  readonly left: readonly Range[];
  readonly blocked: readonly Range[];
  readonly nextDay?: NextDay | undefined;
  /** True if ranges already include counted records. */
  readonly coarse: boolean;
}

/**
 * Returns a report's ranges of the records that a page leaves. There are so few of them that the
 * report is far below the 2 MiB that the server accepts.
 */
export function leftInReport(
  found: Left,
): Pick<PageReport, "left" | "blocked" | "coarse" | "nextDay"> {
  const left = fewRanges(mergeRanges(found.left));
  const blocked = fewRanges(mergeRanges(found.blocked));
  const nextDay = fewRanges(found.nextDay?.ranges ?? []);
  const coarse = found.coarse || left.coarse || blocked.coarse || nextDay.coarse;
  return {
    left: left.ranges,
    blocked: blocked.ranges,
    ...(coarse && { coarse }),
    ...(found.nextDay && { nextDay: { ...found.nextDay, ranges: nextDay.ranges } }),
  };
}
