/** The data with which a thread starts. */
export interface ThreadData<Settings> {
  /** Settings with the functions. */
  readonly settings: Settings;
  /** Buffer of `WatchedCalls`. */
  readonly buffer: SharedArrayBuffer;
  /** Reasons for functions that must not be loaded, by their index in the settings. */
  readonly unloadable: ReadonlyMap<number, string>;
  /** Reasons for functions that must not be called, by their index among the loaded functions. */
  readonly givenUp: ReadonlyMap<number, string>;
}

/** A function's result for a row, or the reason for its absence. */
export type RowEnd<Value> = { readonly value: Value } | { readonly error: string };

/** Results by function, then by the row's index in the question. */
export type RowEnds<Value> = ReadonlyMap<number, ReadonlyMap<number, RowEnd<Value>>>;

export interface ThreadQuestion<Question, Value> {
  readonly question: Question;
  /** Results of an earlier thread that was lost. They are not computed again. */
  readonly known: RowEnds<Value>;
}

/** The results of the rows of one call. */
export interface EndedCall<Value> {
  readonly functionAt: number;
  readonly from: number;
  readonly ends: readonly RowEnd<Value>[];
}

/**
 * Message of a thread: first the loaded functions. Then, for each question, ended calls and finally
 * the answer.
 */
export type ThreadMessage<Facts, Answer, Value> =
  | { readonly kind: "loaded"; readonly facts: Facts }
  | { readonly kind: "ended"; readonly calls: readonly EndedCall<Value>[] }
  | { readonly kind: "answered"; readonly answer: Answer };
