import { gzipSync } from "node:zlib";
import type { EmbeddedRest } from "../../domain/report/embedded.js";
import { rowsABlock } from "../../domain/report/embedded.js";
import type { ReportRecord, ReportRow } from "../../domain/report/report-row.js";

/**
 * Cuts records into blocks of a page's embedded data. The page reads the blocks of rows when it
 * opens, and a block of the rest when one of its records is looked at.
 */
export interface BlockWriter {
  /** Returns the HTML of the blocks that the record has filled. */
  add: (record: ReportRecord) => string;
  /** Returns the HTML of the last blocks. */
  end: () => string;
}

export function createBlockWriter(): BlockWriter {
  let rows: ReportRow[] = [];
  let rests: EmbeddedRest[] = [];
  const flush = (): string => {
    if (rows.length === 0) return "";
    const html = block("rows", rows) + block("rest", rests);
    rows = [];
    rests = [];
    return html;
  };
  return {
    add(record) {
      const { messages, calls, verdicts, lineage, line, ...row } = record;
      rows.push(row);
      rests.push({
        ...(messages && { messages }),
        ...{ calls, verdicts, lineage },
        ...cutLine(line, row),
      });
      return rows.length < rowsABlock ? "" : flush();
    },
    end: flush,
  };
}

/** A block of data. Base64 has no `<`, so no value of a record can end its element. */
export function block(kind: "report" | "rows" | "rest", value: unknown): string {
  const bytes = gzipSync(JSON.stringify(value), { level: 6 });
  return `<script type="application/gzip" data-block="${kind}">${bytes.toString("base64")}</script>\n`;
}

/** The texts that the row has too stand in the file once. */
function cutLine(line: ReportRecord["line"], row: ReportRow): Pick<EmbeddedRest, "line" | "cut"> {
  const cut: EmbeddedRest["cut"][number][] = [];
  const rest = { ...line };
  for (const [key, column] of [
    ["prompt", "prompt"],
    ["response", "answer"],
  ] as const) {
    if (rest[key] !== row[column]) continue;
    // The place of the key among the others stays.
    rest[key] = null;
    cut.push([key, column]);
  }
  return { line: rest, cut };
}
