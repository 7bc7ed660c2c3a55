import type { ReportRecord } from "./report-row.js";

/** Rows in a block of a page's embedded data. */
export const rowsABlock = 500;

/** The part of a record that is not its row, in embedded data. */
export interface EmbeddedRest extends Pick<
  ReportRecord,
  "messages" | "calls" | "verdicts" | "lineage" | "line"
> {
  /** Keys of `line` whose value is the text in that column of the row. */
  readonly cut: readonly (readonly [key: string, column: "prompt" | "answer"])[];
}

/** A pair in embedded data; its place among the pairs is that in the file. */
export interface EmbeddedPair<Part> {
  readonly first: Part;
  readonly second: Part;
}
