import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { asyncBufferFromFile, parquetMetadataAsync, parquetRead, parquetSchema } from "hyparquet";
import type { AsyncBuffer, Compressors, FileMetaData, RowGroup } from "hyparquet";
import { compressors } from "hyparquet-compressors";

import { errorText } from "../../domain/failure/error-text.js";
import { UserError } from "../../domain/failure/user-error.js";
import { isJsonArray } from "../../domain/json/json.js";
import type { JsonObject } from "../../domain/json/json.js";
import { parseJsonWithDigits } from "../../domain/json/exact-numbers.js";
import { parsers, takeScales, valueReader } from "./parquet-values.js";
import type { ReadValue } from "./parquet-values.js";

/** Metadata key of the list of columns whose texts are JSON. The list itself is JSON, too. */
export const jsonColumnsKey = "ostinato.json_columns";

/**
 * Reads the rows of a Parquet file, part of a row group at a time. Integers beyond 2^53 become
 * texts of their digits, dates and times are ISO 8601, and bytes become text, or base64 if they are
 * not UTF-8. Throws a `UserError` that names the file and the rows.
 */
export async function* readParquet(path: string): AsyncGenerator<JsonObject, void, undefined> {
  const { file, metadata } = await openParquet(path);
  const columns = columnsOf(metadata);
  for (const part of partsOf(metadata.row_groups)) {
    yield* await rowsOfPart({ path, file, metadata, columns }, part);
  }
}

interface Column {
  readonly name: string;
  readonly read: ReadValue;
}

interface OpenParquet {
  readonly path: string;
  readonly file: AsyncBuffer;
  readonly metadata: FileMetaData;
  readonly columns: readonly Column[];
}

async function openParquet(path: string): Promise<Pick<OpenParquet, "file" | "metadata">> {
  const file = await asyncBufferFromFile(path);
  try {
    if (file.byteLength < shortestFile) throw new Error(`it has only ${file.byteLength} bytes`);
    return { file, metadata: await parquetMetadataAsync(file) };
  } catch (error) {
    throw new UserError(
      `Expected a Parquet file, found other content in ${JSON.stringify(path)}: ${errorText(error)}. Is the file complete?`,
      { cause: error },
    );
  }
}

/** Minimum bytes of a file: a header and a footer without columns. */
const shortestFile = 12;

function columnsOf(metadata: FileMetaData): readonly Column[] {
  const scales = takeScales(metadata.schema);
  const texts = jsonColumns(metadata);
  return parquetSchema(metadata).children.map((node) => {
    const { name } = node.element;
    const read = valueReader(node, scales);
    return { name, read: texts.has(name) ? parsing(read) : read };
  });
}

function jsonColumns({ key_value_metadata: entries }: FileMetaData): ReadonlySet<string> {
  const text = entries?.find(({ key }) => key === jsonColumnsKey)?.value ?? "[]";
  const names = parseJsonWithDigits(text);
  return new Set(isJsonArray(names) ? names.filter((name) => typeof name === "string") : []);
}

function parsing(read: ReadValue): ReadValue {
  return (value) => {
    const text = read(value);
    return typeof text === "string" ? parseJsonWithDigits(text) : text;
  };
}

interface Part {
  /** First row, starting at 0. */
  readonly start: number;
  readonly end: number;
}

/**
 * Maximum bytes and rows of a part. Other programs write row groups of a million rows and 1 GB. A
 * part reads all compressed bytes of its group, so parts must not be too small.
 */
const bytesAPart = 64 << 20;
const rowsAPart = 100_000;

function* partsOf(groups: readonly RowGroup[]): Generator<Part, void, undefined> {
  let start = 0;
  for (const { num_rows: count, total_byte_size: bytes } of groups) {
    const rows = Number(count);
    const withinBytes = Math.max(1, Math.floor((rows * bytesAPart) / Math.max(1, Number(bytes))));
    const size = Math.min(rowsAPart, withinBytes);
    const end = start + rows;
    for (let from = start; from < end; from += size) {
      yield { start: from, end: Math.min(end, from + size) };
    }
    start = end;
  }
}

async function rowsOfPart(open: OpenParquet, part: Part): Promise<Iterable<JsonObject>> {
  const names = open.columns.map(({ name }) => name);
  try {
    const cells = await cellsOf(open, part);
    return toRows(open.columns, cells);
  } catch (error) {
    throw new UserError(
      `Expected Parquet columns ${names.join(", ")} in ${JSON.stringify(open.path)}, got an error in rows ${part.start + 1} to ${part.end}: ${errorText(error)}.`,
      { cause: error },
    );
  }
}

/**
 * Decompressors of Node.js, which are faster: for 100,000 rows with Brotli, 3 s instead of 25 s.
 */
const decompressors: Compressors = {
  ...compressors,
  GZIP: (bytes) => gunzipSync(bytes),
  BROTLI: (bytes) => brotliDecompressSync(bytes),
};

async function cellsOf({ file, metadata, columns }: OpenParquet, part: Part): Promise<unknown[][]> {
  let cells: unknown[][] = [];
  await parquetRead({
    file,
    metadata,
    compressors: decompressors,
    parsers,
    columns: columns.map(({ name }) => name),
    rowStart: part.start,
    rowEnd: part.end,
    onComplete: (rows) => {
      cells = rows;
    },
  });
  return cells;
}

function* toRows(
  columns: readonly Column[],
  cells: readonly (readonly unknown[])[],
): Generator<JsonObject, void, undefined> {
  for (const row of cells) {
    yield Object.fromEntries(columns.map(({ name, read }, index) => [name, read(row[index])]));
  }
}
