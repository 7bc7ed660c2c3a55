import type { LogLine } from "../../domain/record/log-line.js";

/** A line of a run's results, with the log of its calls. The log is empty if it is gone. */
export interface PlacedLine {
  /** Number of the line, from 0. */
  readonly place: number;
  readonly text: string;
  readonly log: readonly LogLine[];
}

/** A stretch of bytes of the completed file. */
export interface LineSpan {
  readonly offset: number;
  readonly length: number;
}

/**
 * The lines of a run's results for a reader that goes on: read once in order, later line by line.
 * Once the run has finished, places count the lines of the completed file. Until then they count
 * the records of the input, so a line keeps its place while others end.
 */
export interface RunLines {
  /** Set once the run has finished. */
  readonly completedFile?: string;
  /** Expected number of places. */
  readonly expected: number;
  /** All lines that are there now, in order. Call it once, before the methods below. */
  readonly read: () => AsyncGenerator<PlacedLine, void, undefined>;
  /** Places whose line is new or has changed since the last reading. */
  readonly changes: () => Promise<readonly number[]>;
  readonly textAt: (place: number) => Promise<string | undefined>;
  readonly lineAt: (place: number) => Promise<PlacedLine | undefined>;
  /** Place of a line in the completed file. */
  readonly spanOf?: (place: number) => LineSpan;
  readonly close: () => Promise<void>;
}
