/** What a thread is started with. */
export interface ThreadData<Settings> {
  /** Name the functions that it loads. */
  readonly settings: Settings;
  /** Of `WatchedCalls`. */
  readonly buffer: SharedArrayBuffer;
  /** What is not to be loaded, by its place in the settings, and why. */
  readonly unloadable: ReadonlyMap<number, string>;
  /** What is not to be called, by its place among the loaded functions, and why. */
  readonly givenUp: ReadonlyMap<number, string>;
}

/** What a function made of a row, or why it made nothing. */
export type RowEnd<Value> = { readonly value: Value } | { readonly error: string };

/** By function, the ends of rows by their place among the rows of a question. */
export type RowEnds<Value> = ReadonlyMap<number, ReadonlyMap<number, RowEnd<Value>>>;

export interface ThreadQuestion<Question, Value> {
  readonly question: Question;
  /** What an earlier thread came to before it was lost: not to be done again. */
  readonly known: RowEnds<Value>;
}

/** The ends of the rows of one call. */
export interface EndedCall<Value> {
  readonly functionAt: number;
  readonly from: number;
  readonly ends: readonly RowEnd<Value>[];
}

/** First what was loaded; then, for each question, calls that have ended and at last the answer. */
export type ThreadMessage<Facts, Answer, Value> =
  | { readonly kind: "loaded"; readonly facts: Facts }
  | { readonly kind: "ended"; readonly calls: readonly EndedCall<Value>[] }
  | { readonly kind: "answered"; readonly answer: Answer };
