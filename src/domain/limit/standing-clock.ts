/**
 * Number of events at one time that show a standing clock. A lease adds five events to the history.
 * Two tasks may begin in the same millisecond, but not five.
 */
const eventsStanding = 25;

/**
 * Detects that the server's clock was set back. Within one run, the time of a Temporal workflow
 * never goes back: it stands still until the clock has caught up. A new run starts with the clock's
 * time.
 */
export class StandingClock {
  #latestMs = -Infinity;
  #events = 0;
  #stands = false;

  /** @param historyLength length of the workflow's history at this time */
  note(nowMs: number, historyLength: number): void {
    if (nowMs > this.#latestMs) {
      this.#latestMs = nowMs;
      this.#events = historyLength;
    }
    this.#stands = historyLength - this.#events >= eventsStanding;
  }

  get stands(): boolean {
    return this.#stands;
  }
}
