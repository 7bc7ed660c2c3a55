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

/**
 * Maximum number of waiting records. Each open record occupies an activity, and a worker has
 * 20,000.
 */
const mostWaiting = 1_000;
/**
 * Minimum share of a wave's records that get slots while other groups can use the slots. A wave
 * costs a lease, so a smaller share would not pay.
 */
const smallestPart = 1 / 8;

export function slotsForNewRecords({ slots, running, nextCalls, newRecords }: Waiting): number {
  const nobodyElses = Math.max(0, slots - nextCalls);
  const missing = Math.max(0, Math.min(running, mostWaiting) - nextCalls);
  const opened = missing < newRecords * smallestPart ? 0 : missing;
  return Math.min(slots, newRecords, Math.max(nobodyElses, opened));
}
