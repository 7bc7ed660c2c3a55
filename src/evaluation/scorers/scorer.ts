import type { JsonObject } from "../../domain/json/json.js";

/** A number or a truth counts in means; a text is a label. `null`: it can't be said. */
export type Score = number | boolean | string | null;

/** A completed record: all keys of its output line, with `prompt`, `response` and the user's own. */
export type ScoredRecord = JsonObject;

/**
 * A scorer, as a module gives it as its default export. That may also be a function alone, which is `score`, or a list of
 * scorers. What it throws leaves the answer alone: the record's score is null, and the message stands beside it.
 */
export type Scorer = OneByOne | InBatches;

interface Named {
  /** The key of its scores. @default the module's file name without its ending */
  readonly name?: string;
}

interface OneByOne extends Named {
  readonly score: (record: ScoredRecord) => Score | Promise<Score>;
}

interface InBatches extends Named {
  /** Answers with as many scores as records, in their order. */
  readonly scoreBatch: (
    records: readonly ScoredRecord[],
  ) => readonly Score[] | Promise<readonly Score[]>;
  /** Most records of a call. @default 100 */
  readonly batchSize?: number;
}
