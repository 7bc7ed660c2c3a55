const usualMs = 120_000;
const firstMs = 10_000;

/**
 * Returns the time in ms without a message from its pages after which a group looks whether they
 * still run.
 *
 * A run of a group is told if somebody terminates a page that it started. The next run is not, so it
 * looks sooner at first. Each further look waits twice as long, because a page of a slow group may
 * be silent for hours.
 *
 * @param hasEarlierPages true if a page was started by an earlier run of the group
 * @param looks number of looks of this run
 */
export function silenceBeforeLookMs(hasEarlierPages: boolean, looks: number): number {
  return hasEarlierPages ? Math.min(usualMs, firstMs * 2 ** looks) : usualMs;
}
