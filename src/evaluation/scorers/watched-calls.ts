/**
 * What a scoring thread is doing, in memory that its parent reads while the thread is busy: a count of the calls it has
 * begun, and which records the last one is about. A scorer that never returns can't answer messages.
 */
export interface WatchedCalls {
  readonly buffer: SharedArrayBuffer;
  readonly begin: (call: WatchedCall) => void;
  readonly begun: () => number;
  readonly last: () => WatchedCall;
}

export interface WatchedCall {
  /** By its place among the loaded scorers; while one is loaded, by its place in the settings. */
  readonly scorer: number;
  /** By its place among the records; -1 while a scorer is loaded. */
  readonly from: number;
  readonly count: number;
}

const fields = { begun: 0, scorer: 1, from: 2, count: 3 } as const;

/** @param buffer the parent's, in the thread; none, to make one. */
export function watchCalls(buffer = new SharedArrayBuffer(4 * 4)): WatchedCalls {
  const values = new Int32Array(buffer);
  const read = (field: keyof typeof fields): number => Atomics.load(values, fields[field]);
  return {
    buffer,
    begin: ({ scorer, from, count }) => {
      Atomics.store(values, fields.scorer, scorer);
      Atomics.store(values, fields.from, from);
      Atomics.store(values, fields.count, count);
      Atomics.add(values, fields.begun, 1);
    },
    begun: () => read("begun"),
    last: () => ({ scorer: read("scorer"), from: read("from"), count: read("count") }),
  };
}
