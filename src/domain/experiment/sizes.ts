/**
 * How much one workflow history holds. Whoever starts a workflow puts the sizes into its input, so that a run replays
 * with the sizes that it began with after they are changed in a later version.
 */
export interface PageSizes {
  /** Slices that a page launches before the next page begins. */
  readonly slicesAPage: number;
  /** Events of its history after which a page launches no more. */
  readonly eventsAPage: number;
  /** Activities a second for an experiment, above which an activity carries several records. */
  readonly activitiesPerSecond: number;
  /** Most records of a slice. */
  readonly largestSlice: number;
}

export const pageSizes: PageSizes = {
  slicesAPage: 40,
  eventsAPage: 500,
  activitiesPerSecond: 20,
  largestSlice: 50,
};

/** Events of a group's history after which it continues as new. */
export const groupEventsARun = 2_000;

/** Events of a watch's history after which it continues as new. */
export const watchEventsARun = 2_000;

/**
 * Leases after which a limit continues as new. After a crash a process replays the limits of all its experiments before
 * it sends: 60 leases take it some 80 ms.
 */
export const limitLeasesARun = 60;
