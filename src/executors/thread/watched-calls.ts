/**
 * The state of a thread of user code in shared memory: the count of started calls, and the rows of
 * the last call. Its parent reads the state while the thread is busy, because a function that never
 * returns cannot answer messages.
 */
export interface WatchedCalls {
  readonly buffer: SharedArrayBuffer;
  readonly begin: (call: WatchedCall) => void;
  readonly begun: () => number;
  readonly last: () => WatchedCall;
}

/** A call of one function for consecutive rows. */
export interface WatchedCall {
  /** Index among the loaded functions, or in the settings while a function is loading. */
  readonly functionAt: number;
  /** Index of the first row; `loading` while a function is loading. */
  readonly from: number;
  readonly count: number;
}

/** Value in place of a row's index. */
export const loading = -1;

const fields = { begun: 0, functionAt: 1, from: 2, count: 3 } as const;

/** @param buffer the parent's buffer, in the thread. @default a new buffer */
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
