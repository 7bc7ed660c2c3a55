/**
 * What a thread of user code is doing, in memory that its parent reads while the thread is busy: a count of the calls it
 * has begun, and which rows the last one is about. A function that never returns can't answer messages.
 */
export interface WatchedCalls {
  readonly buffer: SharedArrayBuffer;
  readonly begin: (call: WatchedCall) => void;
  readonly begun: () => number;
  readonly last: () => WatchedCall;
}

/** A call of one function for rows that follow each other. */
export interface WatchedCall {
  /** By its place among the loaded functions; while one is loaded, by its place in the settings. */
  readonly functionAt: number;
  /** By its place among the rows; `loading` while a function is loaded. */
  readonly from: number;
  readonly count: number;
}

/** In place of a row. */
export const loading = -1;

const fields = { begun: 0, functionAt: 1, from: 2, count: 3 } as const;

/** @param buffer the parent's, in the thread; none, to make one */
export function watchCalls(buffer = new SharedArrayBuffer(4 * 4)): WatchedCalls {
  const values = new Int32Array(buffer);
  const read = (field: keyof typeof fields): number => Atomics.load(values, fields[field]);
  return {
    buffer,
    begin: ({ functionAt, from, count }) => {
      Atomics.store(values, fields.functionAt, functionAt);
      Atomics.store(values, fields.from, from);
      Atomics.store(values, fields.count, count);
      Atomics.add(values, fields.begun, 1);
    },
    begun: () => read("begun"),
    last: () => ({ functionAt: read("functionAt"), from: read("from"), count: read("count") }),
  };
}
