/**
 * The state of a thread of calls in shared memory. Its parent reads it while the thread is busy,
 * when the thread can't answer messages.
 */
export interface CallState {
  readonly buffer: SharedArrayBuffer;
  /** A call begins. Until `leave`, its synchronous part runs. */
  readonly enter: (id: number) => void;
  readonly leave: () => void;
  /** The event loop of the thread turns. */
  readonly beat: () => void;
  /** Changes whenever the thread gets on. */
  readonly progress: () => number;
  /** The call whose synchronous part runs, or `noCall`. */
  readonly current: () => number;
}

/** Value in place of a call's id. */
const noCall = -1;

const fields = { progress: 0, current: 1 } as const;

/** @param buffer the parent's buffer, in the thread; by default, a new one */
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
