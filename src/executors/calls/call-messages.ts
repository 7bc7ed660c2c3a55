/** The data with which a thread of calls starts. */
export interface CallThreadData<Settings> {
  readonly settings: Settings;
  /** Buffer of `CallState`. */
  readonly buffer: SharedArrayBuffer;
}

/** One call of user code. */
export interface ThreadCall<Task> {
  readonly id: number;
  readonly limitMs: number;
  readonly task: Task;
}

/** An error of user code, as it leaves its thread. */
export interface CallError {
  readonly name: string;
  readonly message: string;
  readonly stack?: string;
}

export type CallEnd<Value> =
  | { readonly id: number; readonly value: Value }
  | { readonly id: number; readonly error: CallError };

/**
 * Message of a thread: first the facts about the loaded code, then the ends of calls as they occur.
 */
export type CallThreadMessage<Facts, Value> =
  | { readonly kind: "loaded"; readonly facts: Facts }
  | { readonly kind: "ended"; readonly ends: readonly CallEnd<Value>[] };

/** Name of the error of a call that took longer than its limit. */
export const timeLimitError = "TimeLimit";

export function timeLimitMessage(limitMs: number): string {
  return `It took longer than ${limitMs / 1000} s.`;
}
