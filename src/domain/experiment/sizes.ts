/**
 * The sizes of a page's workflow history. They are part of the workflow's input, so a run replays
 * with its original sizes after a later version changes them.
 */
export interface PageSizes {
  /** Number of slices that a page starts before the next page begins. */
  readonly slicesAPage: number;
  /** Number of events in a page's history after which it starts no more slices. */
  readonly eventsAPage: number;
  /**
   * Activities per second of an experiment. At higher rates, an activity carries several records.
   */
  readonly activitiesPerSecond: number;
  /** Maximum number of records in a slice. */
  readonly largestSlice: number;
  /**
   * Time in ms that a slice covers at its group's rate. Only the first records of a longer slice
   * come with slots; the sending process leases slots for the other records. @default the time that
   * slots reach ahead
   */
  readonly spanMs?: number;
  /** Minimum number of records in a slice. @default 1 */
  readonly smallestSlice?: number;
}

/**
 * After a crash, a process replays all open pages before it sends at full pace. A slice takes about
 * ten events.
 */
export const pageSizes: PageSizes = {
  slicesAPage: 25,
  eventsAPage: 500,
  activitiesPerSecond: 20,
  largestSlice: 50,
};

/**
 * Sizes for rows if an exact number of them is wanted. The pages do not overlap, so each page ends
 * with a wait for its last rows. Larger pages make these waits rare. After a crash, a process
 * replays only one page.
 */
export const acceptingPageSizes: PageSizes = { ...pageSizes, slicesAPage: 300, eventsAPage: 3_500 };

/**
 * Returns the sizes for rows of a flow or pipeline that names no model. The rate of calls is then
 * unknown, and most rows end at once. One page carries all rows of a short run, in slices of equal
 * length.
 */
export function sizesWithoutModel(rows: number): PageSizes {
  const slicesAPage = 40;
  const smallestSlice = Math.min(pageSizes.largestSlice, Math.ceil(rows / slicesAPage));
  return { ...pageSizes, slicesAPage, smallestSlice };
}

/**
 * Maximum number of groups with slices of the usual length. With more groups, longer slices keep
 * the number of activities low.
 */
const mostGroupsWithShortSlices = 50;
/** Rate in records per minute above which an experiment's slices are longer. */
const busyRequestsPerMinute = 6_000;
/** Sizes for such a rate. An activity costs about 10 ms of the worker's processor time. */
const busyPageSizes: PageSizes = { ...pageSizes, activitiesPerSecond: 5, largestSlice: 200 };

/** Time in ms that each group of an experiment adds to a slice. */
const spanMsAGroup = 1_000;
const longestSpanMs = 300_000;

/**
 * Returns the sizes for an experiment. At a high rate, its slices cover 200 ms instead of 50 ms.
 *
 * With many groups, each slice costs two activities. The slices are then so long that all groups
 * together take about two activities per second, for any number of groups up to 300.
 *
 * @param requestsPerMinute total rate of the groups
 */
export function pageSizesOf(groups: number, requestsPerMinute: number): PageSizes {
  if (groups <= mostGroupsWithShortSlices) {
    return requestsPerMinute > busyRequestsPerMinute ? busyPageSizes : pageSizes;
  }
  return { ...pageSizes, spanMs: Math.min(longestSpanMs, groups * spanMsAGroup) };
}

/**
 * Number of events in a group's history after which it continues as new. A page adds about 23
 * events. After a crash, a process replays each group when its next page starts.
 */
export const groupEventsARun = 120;

/** Number of events in a watch's history after which it continues as new. */
export const watchEventsARun = 2_000;

/**
 * Number of leases after which a limit continues as new. After a crash, a process replays the
 * limits of all its experiments before it sends. 30 leases take about 40 ms.
 */
export const limitLeasesARun = 30;
