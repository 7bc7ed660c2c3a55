/**
 * The number of a group's slots for new records while open records wait for their next call.
 *
 * A limit is fully used only if more records are open than calls can be in flight. Each record
 * pauses between two calls, and at the end of the input no new record fills the gap. New records go
 * first until as many open records wait as calls are in flight. This keeps twice as many records
 * open as calls in flight, for any duration of a call.
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

/** Each open record occupies an activity, and a worker has 20,000. */
const mostWaiting = 1_000;
/**
 * A wave costs a lease. It gets at least this part of its records while others can use the slots.
 */
const smallestPart = 1 / 8;

export function slotsForNewRecords({ slots, running, nextCalls, newRecords }: Waiting): number {
  const nobodyElses = Math.max(0, slots - nextCalls);
  const missing = Math.max(0, Math.min(running, mostWaiting) - nextCalls);
  const opened = missing < newRecords * smallestPart ? 0 : missing;
  return Math.min(slots, newRecords, Math.max(nobodyElses, opened));
}
