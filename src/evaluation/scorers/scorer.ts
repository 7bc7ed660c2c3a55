import type { JsonObject } from "../../domain/json/json.js";

/**
 * Score of a record. Numbers and booleans count in means; a text is a label. `null` if there is no
 * score.
 */
export type Score = number | boolean | string | null;

/**
 * A completed record: all keys of its output line, with `prompt`, `response` and the user's own
 * keys.
 */
export type ScoredRecord = JsonObject;

/**
 * A scorer, the default export of a module. The export may also be a function, which counts as
 * `score`, or a list of scorers. If a scorer throws, the record's score is null, with the message
 * beside it.
 */
export type Scorer = OneByOne | InBatches;

interface Named {
  /** Key of its scores. @default the module's file name without its suffix */
  readonly name?: string;
}

interface OneByOne extends Named {
  readonly score: (record: ScoredRecord) => Score | Promise<Score>;
}

interface InBatches extends Named {
  /** Returns one score per record, in the order of the records. */
  readonly scoreBatch: (
    records: readonly ScoredRecord[],
  ) => readonly Score[] | Promise<readonly Score[]>;
  /** Maximum number of records per call. @default 100 */
  readonly batchSize?: number;
}
