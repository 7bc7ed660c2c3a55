/**
 * The sizes of a page's workflow history. They are part of the workflow's input, so a run replays
 * with its original sizes after a later version changes them.
 */
export interface PageSizes {
  /** Slices that a page starts before the next page begins. */
  readonly slicesAPage: number;
  /** Events of its history after which a page starts no more slices. */
  readonly eventsAPage: number;
  /** Activities per second of an experiment, above which an activity carries several records. */
  readonly activitiesPerSecond: number;
  /** Maximum number of records in a slice. */
  readonly largestSlice: number;
  /**
   * Time that a slice covers at its group's rate. Only its first records then come with slots, and
   * the sending process leases the others. @default as long as slots reach ahead
   */
  readonly spanMs?: number;
  /** Minimum number of records in a slice. @default 1 */
  readonly smallestSlice?: number;
}

export const pageSizes: PageSizes = {
  slicesAPage: 40,
  eventsAPage: 500,
  activitiesPerSecond: 20,
  largestSlice: 50,
};

/**
 * The sizes for rows of which an exact number is wanted. Their pages do not overlap, so each ends
 * with a wait for its last rows, and larger ones make that rare. A process replays one of them
 * after a crash.
 */
export const acceptingPageSizes: PageSizes = { ...pageSizes, slicesAPage: 300, eventsAPage: 3_500 };

/**
 * The sizes for rows of a flow or pipeline that names no model, where no rate of calls is known and
 * most rows end at once. One page carries all rows of a short run, in slices of equal length.
 */
export function sizesWithoutModel(rows: number): PageSizes {
  const { slicesAPage, largestSlice } = pageSizes;
  return { ...pageSizes, smallestSlice: Math.min(largestSlice, Math.ceil(rows / slicesAPage)) };
}

/** More groups than this share an experiment's activities by longer slices. */
const mostGroupsWithShortSlices = 50;
/** Each group of an experiment then adds this to the time that a slice covers. */
const spanMsAGroup = 1_000;
const longestSpanMs = 300_000;

/**
 * The sizes for an experiment with many groups. Each slice costs two activities, so these then take
 * about two activities per second together, for any number of groups up to 300.
 */
export function pageSizesOf(groups: number): PageSizes {
  if (groups <= mostGroupsWithShortSlices) return pageSizes;
  return { ...pageSizes, spanMs: Math.min(longestSpanMs, groups * spanMsAGroup) };
}

/** Events of a group's history after which it continues as new. */
export const groupEventsARun = 2_000;

/** Events of a watch's history after which it continues as new. */
export const watchEventsARun = 2_000;

/**
 * Leases after which a limit continues as new. After a crash, a process replays the limits of all
 * its experiments before it sends. 60 leases take about 80 ms.
 */
export const limitLeasesARun = 60;
