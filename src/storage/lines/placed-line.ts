import type { LogLine } from "../../domain/record/log-line.js";
import type { SavedParts } from "./array-file.js";

/** A line of a run's results. */
export interface PlacedLine {
  /** Number of the line, starting at 0. */
  readonly place: number;
  readonly text: string;
  /** True if the log contains only the record's outcome. */
  readonly isOneCall: boolean;
  /** Returns the log of the record's calls, then its outcome. Empty if the log is missing. */
  readonly log: () => Promise<readonly LogLine[]>;
}

/** A range of bytes in the completed file. */
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
 * The lines of a run's results, for a reader that follows a run. They are read once in order, later
 * line by line. In a finished run, places count the lines of the completed file. In an unfinished
 * run, they count the records of the input, so that a line keeps its place while other lines end.
 */
export interface RunLines {
  /** Expected number of places. */
  readonly expected: number;
  /** Yields all available lines, in order. Call it once, before the methods below. */
  readonly read: () => AsyncGenerator<PlacedLine, void, undefined>;
  /** Returns the places of the lines that are new or have changed since the last reading. */
  readonly changes: () => Promise<readonly number[]>;
  readonly textAt: (place: number) => Promise<string | undefined>;
  readonly lineAt: (place: number) => Promise<PlacedLine | undefined>;
  /** Set once the run has finished. */
  readonly file?: LineFile;
  /**
   * Returns the places of a finished run's lines. A later reader can `restore` them instead of
   * reading.
   */
  readonly save?: () => SavedParts;
  readonly restore?: (parts: SavedParts) => void;
  readonly close: () => Promise<void>;
}
