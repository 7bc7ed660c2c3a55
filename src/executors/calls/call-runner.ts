import type { CallEnd, CallError, ThreadCall } from "./call-messages.js";

/** Performs calls of user code concurrently: a thread, a process, or a service. It can be lost. */
export interface CallRunner<Task> {
  /** Calls in flight by id. */
  readonly inFlight: ReadonlyMap<number, ThreadCall<Task>>;
  /** Number of calls that the runner was given. */
  readonly given: number;
  readonly isLoaded: boolean;
  /** Number of further calls that the runner accepts now. */
  readonly room: number;
  readonly send: (calls: readonly ThreadCall<Task>[]) => void;
  /** Forgets a call in flight. Its end is not reported. */
  readonly abandon?: (id: number) => void;
  readonly end: () => Promise<void>;
}

/** A runner that ended, or that is stuck. */
export interface RunnerLoss {
  readonly error: CallError;
  /** Call at fault, if known. Its synchronous part was running, or it had used up its time. */
  readonly current: number | undefined;
  /** Calls that may be at fault if the one at fault is not known. @default all calls in flight */
  readonly suspects?: readonly number[];
  /**
   * True if something other than the calls may be at fault. Even a single suspect is then repeated.
   * @default false
   */
  readonly isUnsure?: boolean;
  /** True if earlier calls may have filled the memory. */
  readonly isMemory: boolean;
}

export interface RunnerEvents<Facts, Value> {
  readonly onLoaded: (facts: Facts) => void;
  readonly onEnd: (end: CallEnd<Value>) => void;
  /** Called when the runner accepts more calls than before. */
  readonly onRoom: () => void;
  /** Called once when the runner is lost. It is then unusable. */
  readonly onLost: (loss: RunnerLoss) => void;
}
