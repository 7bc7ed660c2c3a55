import { defined } from "../../domain/defined.js";
import { gzipSync } from "node:zlib";
import type { EmbeddedRest } from "../../domain/report/embedded.js";
import { rowsABlock } from "../../domain/report/embedded.js";
import type { PairRecord } from "../../domain/report/pair-report.js";
import type { ReportRecord, ReportRow } from "../../domain/report/report-row.js";

/**
 * Divides records into blocks of a page's embedded data. The page reads the blocks of rows when it
 * opens, and a block with the other parts of records when one of its records is opened.
 */
export interface BlockWriter<Item = ReportRecord> {
  /** Returns the HTML of the blocks that the item has filled. */
  add: (item: Item) => string;
  /** Returns the HTML of the last blocks. */
  end: () => string;
}

export function createBlockWriter(): BlockWriter {
  return blockWriter(embeddedRow, ["rows", "rest"]);
}

/** @param place index of the comparison among the comparisons of the page */
export function createPairBlockWriter(place: number): BlockWriter<PairRecord> {
  return blockWriter(
    ({ first, second }) => {
      const [one, other] = [embeddedRow(first), embeddedRow(second)];
      return {
        row: { first: one.row, second: other.row },
        rest: { first: one.rest, second: other.rest },
      };
    },
    [`rows-${place}`, `rest-${place}`],
  );
}

function blockWriter<Item>(
  split: (item: Item) => { readonly row: unknown; readonly rest: unknown },
  [rowsKind, restKind]: readonly [rows: string, rest: string],
): BlockWriter<Item> {
  let rows: unknown[] = [];
  let rests: unknown[] = [];
  const flush = (): string => {
    if (rows.length === 0) return "";
    const html = block(rowsKind, rows) + block(restKind, rests);
    rows = [];
    rests = [];
    return html;
  };
  return {
    add(item) {
      const { row, rest } = split(item);
      rows.push(row);
      rests.push(rest);
      return rows.length < rowsABlock ? "" : flush();
    },
    end: flush,
  };
}

/**
 * Returns a block of data. Base64 has no `<`, so no value of a record can end the block's element.
 */
export function block(kind: string, value: unknown): string {
  const bytes = gzipSync(JSON.stringify(value), { level: 6 });
  return `<script type="application/gzip" data-block="${kind}">${bytes.toString("base64")}</script>\n`;
}

interface EmbeddedRow {
  readonly row: ReportRow;
  readonly rest: EmbeddedRest;
}

/** Returns a record's row, and the other parts of the record. */
export function embeddedRow(record: ReportRecord): EmbeddedRow {
  const { messages, calls, verdicts, lineage, line, ...row } = record;
  const rest = {
    ...defined({ messages }),
    calls,
    verdicts,
    lineage,
    ...cutLine(line, row),
  };
  return { row, rest };
}

/** Removes texts from a line that the row has too, so that the file contains them once. */
function cutLine(line: ReportRecord["line"], row: ReportRow): Pick<EmbeddedRest, "line" | "cut"> {
  const cut: EmbeddedRest["cut"][number][] = [];
  const rest = { ...line };
  for (const [key, column] of [
    ["prompt", "prompt"],
    ["response", "answer"],
  ] as const) {
    if (rest[key] !== row[column]) continue;
    // The key stays, so that the order of the keys does not change.
    rest[key] = null;
    cut.push([key, column]);
  }
  return { line: rest, cut };
}
