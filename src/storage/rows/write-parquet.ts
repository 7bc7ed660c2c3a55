import { ByteWriter, ParquetWriter } from "hyparquet-writer";
import type { SchemaElement } from "hyparquet";

import { isJsonArray } from "../../domain/json/json.js";
import type { JsonObject, JsonValue } from "../../domain/json/json.js";
import { writeAtomically } from "../files/write-atomically.js";
import { ColumnTypes } from "./column-types.js";
import type { ScalarType, TableColumn } from "./column-types.js";
import { jsonColumnsKey } from "./read-parquet.js";

export interface WriteParquetOptions {
  /** Names of the leading columns, which exist even without rows. */
  readonly columns?: readonly string[];
  /** Folder for the temporary file. @default the file's folder */
  readonly folder?: string;
  /** Called at short intervals. */
  readonly onProgress?: () => void;
}

/** A table after it was written. */
export interface WrittenTable {
  readonly rows: number;
  readonly columns: readonly TableColumn[];
}

/**
 * Maximum number of rows in a row group. A group also ends at a number of bytes, because it is in
 * memory while it is filled.
 */
const mostRows = 10_000;
const mostCharacters = 8 << 20;
const rowsAProgress = 1_000;

/**
 * Writes rows to a Parquet file, atomically and in row groups. Reads the rows twice: for the types
 * of their columns, then for their values. Without columns, no file is written.
 */
export async function writeParquet(
  path: string,
  read: () => AsyncIterable<JsonObject>,
  options: WriteParquetOptions = {},
): Promise<WrittenTable> {
  const { rows, columns } = await typesOf(read, options);
  if (columns.length > 0) {
    await writeAtomically(path, parquetBytes(read(), columns, options.onProgress), options.folder);
  }
  return { rows, columns };
}

/**
 * Yields the bytes of a Parquet file with the rows, in row groups. Reads the rows twice. Without
 * columns, there are no bytes.
 *
 * @param first names of the leading columns, which exist even without rows
 */
export async function* parquetOf(
  read: () => AsyncIterable<JsonObject>,
  first: readonly string[],
): AsyncGenerator<Buffer, void, undefined> {
  const { columns } = await typesOf(read, { columns: first });
  if (columns.length > 0) yield* parquetBytes(read(), columns, undefined);
}

async function typesOf(
  read: () => AsyncIterable<JsonObject>,
  { columns = [], onProgress }: WriteParquetOptions,
): Promise<WrittenTable> {
  const types = new ColumnTypes(columns);
  let rows = 0;
  for await (const row of read()) {
    types.see(row);
    rows += 1;
    if (rows % rowsAProgress === 0) onProgress?.();
  }
  return { rows, columns: types.columns() };
}

async function* parquetBytes(
  rows: AsyncIterable<JsonObject>,
  columns: readonly TableColumn[],
  onProgress: (() => void) | undefined,
): AsyncGenerator<Buffer, void, undefined> {
  const bytes = new ByteWriter();
  const writer = new ParquetWriter({
    writer: bytes,
    schema: schemaOf(columns),
    ...factsOf(columns),
  });
  const group = new RowGroup(columns);
  for await (const row of rows) {
    group.add(row);
    if (group.rows % rowsAProgress === 0) onProgress?.();
    if (group.rows < mostRows && group.characters < mostCharacters) continue;
    group.writeTo(writer);
    yield takeBytes(bytes);
  }
  if (group.rows > 0) group.writeTo(writer);
  // Only a writer with its own `finish` returns a promise.
  await writer.finish();
  yield takeBytes(bytes);
}

/** Removes the bytes from the buffer. The offsets in the file continue. */
function takeBytes(writer: ByteWriter): Buffer {
  const taken = Buffer.from(writer.getBytes());
  writer.index = 0;
  return taken;
}

type Cell = string | number | bigint | boolean | null | Cell[];

class RowGroup {
  rows = 0;
  characters = 0;
  readonly #columns: readonly TableColumn[];
  #cells: Cell[][];

  constructor(columns: readonly TableColumn[]) {
    this.#columns = columns;
    this.#cells = columns.map(() => []);
  }

  add(row: JsonObject): void {
    this.rows += 1;
    this.#columns.forEach((column, index) => {
      const value = Object.hasOwn(row, column.name) ? row[column.name] : undefined;
      const cell = cellOf(value ?? null, column);
      this.characters += sizeOf(cell);
      this.#cells[index]?.push(cell);
    });
  }

  /** Writes the rows and forgets them. */
  writeTo(writer: ParquetWriter): void {
    const columnData = this.#columns.map(({ name }, index) => ({
      name,
      data: this.#cells[index] ?? [],
    }));
    // A writer without `flush` needs no wait.
    void writer.write({ columnData, rowGroupSize: this.rows });
    this.#cells = this.#columns.map(() => []);
    this.rows = 0;
    this.characters = 0;
  }
}

function cellOf(value: JsonValue, { type, list }: TableColumn): Cell {
  if (value === null) return null;
  if (type === "json") return JSON.stringify(value);
  // The types were determined from these values, so the values fit.
  const scalar = (item: JsonValue): Cell =>
    type === "integer" && item !== null ? BigInt(item as number) : (item as Cell);
  return list && isJsonArray(value) ? value.map(scalar) : scalar(value);
}

function sizeOf(cell: Cell): number {
  if (typeof cell === "string") return cell.length;
  return Array.isArray(cell) ? cell.reduce<number>((sum, item) => sum + sizeOf(item), 0) : 8;
}

const elements: Readonly<Record<ScalarType, Omit<SchemaElement, "name">>> = {
  boolean: { type: "BOOLEAN" },
  integer: { type: "INT64" },
  double: { type: "DOUBLE" },
  text: { type: "BYTE_ARRAY", converted_type: "UTF8", logical_type: { type: "STRING" } },
};

function schemaOf(columns: readonly TableColumn[]): SchemaElement[] {
  return [
    { name: "schema", num_children: columns.length },
    ...columns.flatMap((column) => elementsOf(column)),
  ];
}

function elementsOf({ name, type, list }: TableColumn): SchemaElement[] {
  const element = elements[type === "json" ? "text" : type];
  if (!list) return [{ ...element, name, repetition_type: "OPTIONAL" }];
  return [
    {
      name,
      repetition_type: "OPTIONAL",
      num_children: 1,
      converted_type: "LIST",
      logical_type: { type: "LIST" },
    },
    { name: "list", repetition_type: "REPEATED", num_children: 1 },
    { ...element, name: "element", repetition_type: "OPTIONAL" },
  ];
}

/**
 * Returns the file's metadata with the names of columns whose texts are JSON. Readers parse these
 * texts again.
 */
function factsOf(columns: readonly TableColumn[]): {
  readonly createdBy: string;
  readonly kvMetadata: { key: string; value: string }[];
} {
  const names = columns.filter(({ type }) => type === "json").map(({ name }) => name);
  const kvMetadata =
    names.length === 0 ? [] : [{ key: jsonColumnsKey, value: JSON.stringify(names) }];
  return { createdBy: "ostinato", kvMetadata };
}
