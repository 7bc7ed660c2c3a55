import type { EmbeddedRest } from "../../domain/report/embedded.js";
import { rowsABlock } from "../../domain/report/embedded.js";
import type { JsonObject } from "../../domain/json/json.js";
import { joinRows } from "../../domain/report/joined-rows.js";
import { compareRows, isChosen, searchTextOf, wordsOf } from "../../domain/report/record-query.js";
import type { RecordQuery } from "../../domain/report/record-query.js";
import type { RecordSource } from "../../domain/report/record-source.js";
import type { ReportRecord, ReportRow } from "../../domain/report/report-row.js";
import type { RunReport } from "../../domain/report/run-report.js";
import { decodeBlock } from "./decode-block.js";

/**
 * Reads the data blocks of the page's own file. Rows are kept in memory. All other data is read on
 * demand.
 */
export function openEmbedded(document: ParentNode): RecordSource {
  const report = once(async () => {
    const [block] = blocksOf(document, "report");
    if (!block) throw new Error("This page has no data. Write it again with `ostinato report`.");
    // Only `ostinato report` writes these blocks, here and below.
    return (await decodeBlock(block)) as RunReport;
  });
  const rows = once(async () => {
    const blocks = await Promise.all(blocksOf(document, "rows").map(decodeBlock));
    return (blocks as ReportRow[][]).flat();
  });
  const restBlocks = blocksOf(document, "rest");
  const rests = new Map<number, Promise<EmbeddedRest[]>>();
  const restOf = async (index: number): Promise<EmbeddedRest | undefined> => {
    const number = Math.floor(index / rowsABlock);
    const block = restBlocks[number];
    if (!block) return undefined;
    // The code that writes the document uses the same type.
    const known = rests.get(number) ?? (decodeBlock(block) as Promise<EmbeddedRest[]>);
    rests.set(number, known);
    return (await known)[index % rowsABlock];
  };
  const search = createSearch(rows);
  return {
    report,
    page: async (query, { offset, limit }) => {
      const chosen = await search(query);
      const total = (await rows()).length;
      return { total, matched: chosen.length, rows: chosen.slice(offset, offset + limit) };
    },
    prompts: async (query, { offset, limit }) => {
      const prompts = joinRows(await rows(), await search(query), query);
      return { matched: prompts.length, prompts: prompts.slice(offset, offset + limit) };
    },
    record: async (index) => {
      const row = (await rows())[index];
      const rest = await restOf(index);
      if (!row || !rest) throw new Error(`This page has no record ${index}.`);
      return recordOf(row, rest);
    },
  };
}

/** Returns the blocks of a kind, in the order of the file. */
export function blocksOf(document: ParentNode, kind: string): readonly Element[] {
  return [...document.querySelectorAll(`script[data-block="${kind}"]`)];
}

/** Returns a function that computes a value at its first call. */
export function once<Value>(make: () => Promise<Value>): () => Promise<Value> {
  let made: Promise<Value> | undefined;
  return () => (made ??= make());
}

/**
 * Returns a search that remembers the rows of the latest query and, after the first search, the
 * text of each row.
 */
function createSearch(
  all: () => Promise<readonly ReportRow[]>,
): (query: RecordQuery) => Promise<readonly ReportRow[]> {
  let latest: { readonly key: string; readonly rows: readonly ReportRow[] } | undefined;
  let texts: readonly string[] | undefined;
  return async (query) => {
    const key = JSON.stringify(query);
    if (latest?.key === key) return latest.rows;
    const rows = await all();
    const words = wordsOf(query);
    if (words.length > 0) texts ??= rows.map(searchTextOf);
    const found = rows.filter(
      (row) =>
        isChosen(row, query) && words.every((word) => texts?.[row.index]?.includes(word) ?? true),
    );
    const { column, descending } = query.sort;
    if (column !== "index" || descending) found.sort(compareRows(query.sort));
    latest = { key, rows: found };
    return found;
  };
}

/** Returns a record made from its two parts. */
export function recordOf(row: ReportRow, { cut, line, ...rest }: EmbeddedRest): ReportRecord {
  const whole: Record<string, JsonObject[string]> = { ...line };
  for (const [key, column] of cut) whole[key] = row[column];
  return { ...row, ...rest, line: whole };
}
