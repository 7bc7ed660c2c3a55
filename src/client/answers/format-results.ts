import { defined } from "../../domain/defined.js";
import { isJsonObject } from "../../domain/json/json.js";
import type { JsonObject } from "../../domain/json/json.js";
import { parseJsonText } from "../../domain/json/json-text.js";
import { byteOrderMark, csvOf } from "../../storage/completed/completed-csv.js";
import { chooseLines } from "../../storage/completed/choose-lines.js";
import type { LineChoice } from "../../storage/completed/choose-lines.js";
import { completedMarkdownOf } from "../../storage/completed/completed-markdown.js";
import { columnsOf } from "../../storage/completed/table-cells.js";
import type { ReadLines } from "../../storage/completed/table-cells.js";
import { writeAtomically } from "../../storage/files/write-atomically.js";
import { parquetOf } from "../../storage/rows/write-parquet.js";
import { widen, wideKeys } from "../../storage/completed/wide-lines.js";
import { spoolTexts } from "../../storage/rows/spool-rows.js";

export type ResultFormat = "jsonl" | "csv" | "md" | "parquet";

export interface FormatOptions extends LineChoice {
  /** @default "jsonl" */
  readonly format?: ResultFormat;
  /** Character between the cells of CSV. @default "," */
  readonly separator?: string;
  /**
   * Write one row per `id` and `prompt`, with one column of answers per model. `columns` then lists
   * only the columns before those of the models. @default false
   */
  readonly wide?: boolean;
  /** Called after the last line with one sentence per model and per column that no record has. */
  readonly onNotice?: (text: string) => void;
}

/**
 * Yields the chosen lines of a completed file in a format, piece by piece and in constant memory. A
 * table whose columns or widths are not known in advance is first written to a temporary file,
 * because it is read twice.
 */
export async function* formatResults(
  texts: AsyncIterable<string>,
  options: FormatOptions = {},
): AsyncGenerator<string | Buffer, void, undefined> {
  const { format = "jsonl", columns = [], wide = false, onNotice } = options;
  const { lines, notices } = chooseLines(texts, wide ? withoutColumns(options) : options);
  if (wide) {
    yield* widePieces(lines, options);
  } else if (format === "jsonl") {
    yield* jsonLinesOf(lines);
  } else if (format === "csv" && columns.length > 0) {
    yield* tableOf(() => lines, columns, options);
  } else {
    const spooled = await spoolTexts(lines);
    try {
      yield* tableOf(spooled.texts, columns, options);
    } finally {
      await spooled.close();
    }
  }
  for (const notice of notices()) onNotice?.(notice);
}

function withoutColumns({ failed, models }: FormatOptions): LineChoice {
  return defined({ failed, models });
}

/** The lines are read twice, because the models are not known in advance. */
async function* widePieces(
  lines: AsyncIterable<string>,
  options: FormatOptions,
): AsyncGenerator<string | Buffer, void, undefined> {
  const spooled = await spoolTexts(lines);
  try {
    const { format, columns: keys = wideKeys, onNotice } = options;
    const { columns, read, missing } = await widen(spooled.texts, keys);
    if (format === undefined || format === "jsonl") yield* jsonLinesOf(read());
    else yield* tableOf(read, columns, options);
    for (const key of missing) onNotice?.(`No record has the column ${JSON.stringify(key)}.`);
  } finally {
    await spooled.close();
  }
}

/**
 * Writes the chosen lines of a completed file to a file, atomically. CSV begins with a byte order
 * mark, for spreadsheets.
 */
export async function writeResults(
  path: string,
  texts: AsyncIterable<string>,
  options: FormatOptions = {},
): Promise<void> {
  const pieces = formatResults(texts, options);
  await writeAtomically(path, options.format === "csv" ? marked(pieces) : pieces);
}

async function* marked(pieces: AsyncIterable<string | Buffer>): AsyncGenerator<string | Buffer> {
  yield byteOrderMark;
  yield* pieces;
}

async function* tableOf(
  read: ReadLines,
  given: readonly string[],
  { format, separator }: FormatOptions,
): AsyncGenerator<string | Buffer, void, undefined> {
  if (format === "parquet") {
    yield* parquetOf(() => rowsOf(read), given);
    return;
  }
  const columns = given.length > 0 ? given : await columnsOf(read);
  if (columns.length === 0) return;
  if (format === "md") {
    yield* completedMarkdownOf(read, columns);
    return;
  }
  yield* csvOf(read, columns, separator);
}

const batchCharacters = 1 << 16;

async function* jsonLinesOf(lines: AsyncIterable<string>): AsyncGenerator<string> {
  let batch = "";
  for await (const line of lines) {
    batch += `${line}\n`;
    if (batch.length < batchCharacters) continue;
    yield batch;
    batch = "";
  }
  yield batch;
}

async function* rowsOf(read: ReadLines): AsyncGenerator<JsonObject, void, undefined> {
  for await (const text of read()) {
    const row = parseJsonText(text);
    if (isJsonObject(row)) yield row;
  }
}
