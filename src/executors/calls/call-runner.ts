import type { CallEnd, CallError, ThreadCall } from "./call-messages.js";

/**
 * Something that performs calls of user code side by side: a thread, a process, or a service. It
 * can be lost.
 */
export interface CallRunner<Task> {
  /** By id. */
  readonly inFlight: ReadonlyMap<number, ThreadCall<Task>>;
  /** The number of calls that it was given. */
  readonly given: number;
  readonly isLoaded: boolean;
  /** The number of further calls that it takes now. */
  readonly room: number;
  readonly send: (calls: readonly ThreadCall<Task>[]) => void;
  /** Forgets a call in flight. Its end is not told. */
  readonly abandon?: (id: number) => void;
  readonly end: () => Promise<void>;
}

/** A runner that ended, or that is stuck. */
export interface RunnerLoss {
  readonly error: CallError;
  /** The call at fault, if that is known: its synchronous part ran, or it used up its time. */
  readonly current: number | undefined;
  /** Calls that may be at fault where that is not known. @default all in flight */
  readonly suspects?: readonly number[];
  /** Something else may be at fault, so that even a single suspect is made again. @default false */
  readonly isUnsure?: boolean;
  /** Earlier calls may have filled the memory. */
  readonly isMemory: boolean;
}

export interface RunnerEvents<Facts, Value> {
  readonly onLoaded: (facts: Facts) => void;
  readonly onEnd: (end: CallEnd<Value>) => void;
  /** It takes more calls than before. */
  readonly onRoom: () => void;
  /** Called once; the runner is then unusable. */
  readonly onLost: (loss: RunnerLoss) => void;
}
