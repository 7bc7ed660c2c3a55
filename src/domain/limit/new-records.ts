/**
 * How many of a group's slots go to new records while records that are under way wait for their next call.
 *
 * A limit is used in full only while more records are open than calls can be in flight: each record waits between two of
 * its calls, and at the end of the input no new record fills a gap. New records go first until as many open records wait
 * as calls are in flight. That keeps twice as many records open as calls in flight, whatever a call takes.
 */

export interface Waiting {
  readonly slots: number;
  /** Calls of this process that are in flight. */
  readonly running: number;
  /** Open records that wait for their next call. */
  readonly nextCalls: number;
  /** New records that wait. */
  readonly newRecords: number;
}

/** Each open record is kept by an activity, and a worker has 3,000. */
const mostWaiting = 1_000;
/** A wave costs a lease: it isn't served with less than this part of its records while others can use the slots. */
const smallestPart = 1 / 8;

export function slotsForNewRecords({ slots, running, nextCalls, newRecords }: Waiting): number {
  const nobodyElses = Math.max(0, slots - nextCalls);
  const missing = Math.max(0, Math.min(running, mostWaiting) - nextCalls);
  const opened = missing < newRecords * smallestPart ? 0 : missing;
  return Math.min(slots, newRecords, Math.max(nobodyElses, opened));
}
