import { createReadStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { CsvError, parse } from "csv-parse";

import { CsvColumns, problemOfHeader, recordText } from "../../domain/record/csv-record.js";
import type { CsvColumn, CsvColumnsOptions } from "../../domain/record/csv-record.js";
import { UserError } from "../../domain/failure/user-error.js";
import { csvDialect } from "./csv-dialect.js";
import type { CsvDialect } from "./csv-dialect.js";
import type { InputLine, ReadLinesOptions } from "./input-lines.js";

export interface CsvOptions extends ReadLinesOptions {
  /**
   * Separator of cells. @default a comma, a semicolon or a tab, according to a `sep=` line or the
   * header
   */
  readonly separator?: string;
  /** Rules for the cells of some columns, in addition to the decimal comma. */
  readonly columns?: Pick<CsvColumnsOptions, "promptColumn" | "aliases">;
  /** Returns the JSON text of a row. @default the text of an experiment's record */
  readonly textOf?: (columns: readonly CsvColumn[], cells: readonly string[]) => string;
  /**
   * Keep rows whose cells are all empty, so that the rows after them keep their numbers. Blank
   * lines are skipped in any case.
   * @default false, because spreadsheets write such rows
   */
  readonly keepEmptyRows?: boolean;
  /** Called at short intervals, in both readings of the file. */
  readonly onProgress?: () => void;
}

/**
 * Reads a CSV file in constant memory, as lines of the equivalent JSONL file. `offset` and `length`
 * refer to that file. `line` is the row as in a spreadsheet; the header is row 1.
 *
 * The file is read twice, because a column's type is known only after its last cell. Throws a
 * `UserError` for a file that is not CSV. A row with too many cells is returned as a line with a
 * problem.
 */
export async function* readCsvLines(
  path: string,
  options: CsvOptions = {},
): AsyncGenerator<InputLine, void, undefined> {
  const { textOf = recordText, known = {} } = options;
  const table = { path, options, dialect: await dialectOfFile(path, options) };
  const columns = (known.columns ??= await columnsOf(table));
  const names = columns.map(({ name }) => name);
  let offset = 0;
  for await (const { row, cells } of dataRows(table)) {
    const text = textOf(columns, cells);
    const length = Buffer.byteLength(text);
    const line: InputLine = { line: row, offset, length, text, utf8: true, columns: names };
    yield cells.length > columns.length ? { ...line, problem: tooMany(columns, cells) } : line;
    offset += length + 1;
  }
}

const longestRow = 64 << 20;

interface Table {
  readonly path: string;
  readonly options: CsvOptions;
  readonly dialect: CsvDialect;
}

async function dialectOfFile(path: string, { separator }: CsvOptions): Promise<CsvDialect> {
  if (separator === undefined) return csvDialect(path);
  return { separator, skippedLines: 0, decimalComma: false };
}

async function columnsOf({ path, options, dialect }: Table): Promise<readonly CsvColumn[]> {
  const { label = path } = options;
  const { decimalComma } = dialect;
  let columns: CsvColumns | undefined;
  const first = { path, options: { ...options, onBytes: ignoreBytes }, dialect };
  for await (const { cells } of rowsOf(first)) {
    if (columns) {
      columns.see(cells);
      continue;
    }
    const problem = problemOfHeader(cells);
    if (problem !== undefined) throw new UserError(`${JSON.stringify(label)}: ${problem}`);
    columns = new CsvColumns(cells, { ...options.columns, decimalComma });
  }
  return columns?.columns() ?? [];
}

/** Ignores bytes, because they count only in the second reading. */
function ignoreBytes(): void {}

interface Row {
  /** Number of the row, starting at 1, including blank rows. */
  readonly row: number;
  readonly cells: readonly string[];
}

async function* dataRows(table: Table): AsyncGenerator<Row, void, undefined> {
  let isHeader = true;
  for await (const row of rowsOf(table)) {
    if (!isHeader) yield row;
    isHeader = false;
  }
}

/**
 * Yields all nonblank rows, up to their last nonempty cell, because spreadsheets write empty
 * columns at the end.
 */
async function* rowsOf({ path, options, dialect }: Table): AsyncGenerator<Row, void, undefined> {
  const { label = path, keepEmptyRows = false } = options;
  const parser = parse({
    delimiter: dialect.separator,
    from_line: 1 + dialect.skippedLines,
    bom: true,
    relax_column_count: true,
    // In a cell that does not begin with a quote, quotes are ordinary characters, as in prompto's
    // tables.
    relax_quotes: true,
    // By default, the parser misreads a file with mixed line ends.
    record_delimiter: ["\r\n", "\n", "\r"],
    max_record_size: longestRow,
  });
  const reading = pipeline(Readable.from(bytesOf(path, options)), parser);
  // The iteration of the parser reports the error.
  reading.catch(() => undefined);
  let row = 0;
  try {
    for await (const cells of parser as AsyncIterable<string[]>) {
      row += 1;
      const filled = cells.findLastIndex((cell) => cell !== "") + 1;
      const isKept = filled > 0 || (keepEmptyRows && row > 1 && cells.length > 1);
      if (isKept) yield { row, cells: cells.slice(0, filled) };
    }
  } catch (error) {
    throw error instanceof CsvError ? malformed(label, error) : error;
  }
}

async function* bytesOf(
  path: string,
  { label = path, onBytes, onProgress }: CsvOptions,
): AsyncGenerator<Buffer, void, undefined> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
    // A stream without an encoding yields buffers.
    const bytes = chunk as Buffer;
    onBytes?.(bytes);
    onProgress?.();
    refuseOtherBytes(() => decoder.decode(bytes, { stream: true }), label);
    yield bytes;
  }
  refuseOtherBytes(() => decoder.decode(), label);
}

function refuseOtherBytes(decode: () => string, label: string): void {
  try {
    decode();
  } catch (error) {
    throw new UserError(
      `Expected UTF-8 text in ${JSON.stringify(label)}, got other bytes. Save it as "CSV UTF-8".`,
      { cause: error },
    );
  }
}

function malformed(label: string, error: CsvError): UserError {
  const row = Number(error["records"]) + 1;
  return new UserError(
    `Expected CSV in ${JSON.stringify(label)}, got an error in row ${row}: ${describeError(error)}`,
    { cause: error },
  );
}

function describeError({ code, message }: CsvError): string {
  if (code === "CSV_QUOTE_NOT_CLOSED") {
    return "a quote that is never closed. Close it, and write a quote within a cell as two.";
  }
  if (code === "CSV_MAX_RECORD_SIZE") {
    return `it is longer than ${longestRow >> 20} MiB. Is a quote missing?`;
  }
  return `${message}.`;
}

function tooMany(columns: readonly CsvColumn[], cells: readonly string[]): string {
  return `Expected at most ${columns.length} cells, as the first row has, got ${cells.length}. Is a separator outside of quotes?`;
}
