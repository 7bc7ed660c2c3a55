/** A lease adds five events to the history. Two tasks may begin in one millisecond, but not five. */
const eventsStanding = 25;

/**
 * Notices that the server's clock was set back. Within one run Temporal never lets the time of a workflow go back: it stands
 * still until the clock has made up for the step. A new run has the clock's own time.
 */
export class StandingClock {
  #latestMs = -Infinity;
  #events = 0;
  #stands = false;

  /** @param historyLength of the workflow at this time */
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
