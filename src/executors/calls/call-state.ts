/**
 * The state of a thread of calls in shared memory. Its parent reads it while the thread is busy and
 * cannot answer messages.
 */
export interface CallState {
  readonly buffer: SharedArrayBuffer;
  /** Marks the start of a call's synchronous part, which lasts until `leave`. */
  readonly enter: (id: number) => void;
  readonly leave: () => void;
  /** Marks a turn of the thread's event loop. */
  readonly beat: () => void;
  /** Returns a value that changes whenever the thread makes progress. */
  readonly progress: () => number;
  /** Returns the call whose synchronous part runs, or `noCall`. */
  readonly current: () => number;
}

/** Value in place of a call's id. */
const noCall = -1;

const fields = { progress: 0, current: 1 } as const;

/** @param buffer the parent's buffer, in the thread. @default a new buffer */
export function callState(buffer = new SharedArrayBuffer(2 * 4)): CallState {
  const values = new Int32Array(buffer);
  const isNew = Atomics.load(values, fields.progress) === 0;
  if (isNew) Atomics.store(values, fields.current, noCall);
  return {
    buffer,
    enter: (id) => {
      Atomics.store(values, fields.current, id);
      Atomics.add(values, fields.progress, 1);
    },
    leave: () => {
      Atomics.store(values, fields.current, noCall);
    },
    beat: () => {
      Atomics.add(values, fields.progress, 1);
    },
    progress: () => Atomics.load(values, fields.progress),
    current: () => Atomics.load(values, fields.current),
  };
}
