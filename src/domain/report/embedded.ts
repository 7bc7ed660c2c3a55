import type { ReportRecord } from "./report-row.js";

/** Number of rows in a block of a page's embedded data. */
export const rowsABlock = 500;

/** The part of a record beside its row, in embedded data. */
export interface EmbeddedRest extends Pick<
  ReportRecord,
  "messages" | "calls" | "verdicts" | "lineage" | "line"
> {
  /** Keys of `line` whose value is the text in the row's column `prompt` or `answer`. */
  readonly cut: readonly (readonly [key: string, column: "prompt" | "answer"])[];
}

/** A pair in embedded data. Its index among the pairs is its index in the file. */
export interface EmbeddedPair<Part> {
  readonly first: Part;
  readonly second: Part;
}
