import type { LogLine } from "../../domain/record/log-line.js";
import type { SavedParts } from "./array-file.js";

/** A line of a run's results. */
export interface PlacedLine {
  /** Number of the line, from 0. */
  readonly place: number;
  readonly text: string;
  /** True if the log has nothing about the record but its outcome. */
  readonly isOneCall: boolean;
  /** The log of its calls, then its outcome. Empty if it is gone. */
  readonly log: () => Promise<readonly LogLine[]>;
}

/** A stretch of bytes of the completed file. */
export interface LineSpan {
  readonly offset: number;
  readonly length: number;
}

/** The lines of a finished run in its completed file. */
export interface LineFile {
  readonly path: string;
  readonly spanOf: (place: number) => LineSpan;
}

/**
 * The lines of a run's results for a reader that goes on: read once in order, later line by line.
 * Once the run has finished, places count the lines of the completed file. Until then they count
 * the records of the input, so a line keeps its place while others end.
 */
export interface RunLines {
  /** Expected number of places. */
  readonly expected: number;
  /** All lines that are there now, in order. Call it once, before the methods below. */
  readonly read: () => AsyncGenerator<PlacedLine, void, undefined>;
  /** Places whose line is new or has changed since the last reading. */
  readonly changes: () => Promise<readonly number[]>;
  readonly textAt: (place: number) => Promise<string | undefined>;
  readonly lineAt: (place: number) => Promise<PlacedLine | undefined>;
  /** Set once the run has finished. */
  readonly file?: LineFile;
  /**
   * The places of a finished run's lines, which a later reader can `restore` instead of reading.
   */
  readonly save?: () => SavedParts;
  readonly restore?: (parts: SavedParts) => void;
  readonly close: () => Promise<void>;
}
