import { createReadStream, createWriteStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";

import { defined } from "../../domain/defined.js";
import { errorText } from "../../domain/failure/error-text.js";
import { UserError } from "../../domain/failure/user-error.js";
import type { JsonObject } from "../../domain/json/json.js";
import { plainRowText, textRowText } from "../../domain/record/csv-record.js";
import { readCsvLines } from "../input/csv-lines.js";
import { readInputLines } from "../input/input-lines.js";
import type { InputLine } from "../input/input-lines.js";
import { parseRow } from "./parse-row.js";
import { readJsonArray } from "./read-json-array.js";
import { readParquet } from "./read-parquet.js";
import { rowFiles } from "./row-files.js";
import type { RowFile } from "./row-files.js";

export interface ReadRowsOptions {
  /** Called at short intervals. */
  readonly onProgress?: () => void;
  /** Called before each row with its place: the file, and the line or row. */
  readonly onPlace?: (place: string) => void;
  /**
   * Reading of cells. With `text`, all cells of CSV and TSV files are text, including numbers and
   * empty cells, and rows of empty cells count.
   * @default "typed"
   */
  readonly cells?: "typed" | "text";
}

const rowsAProgress = 1_000;

/**
 * Reads the rows of a file (JSONL, JSON, CSV, TSV or Parquet), or of a folder of these, in constant
 * memory. Throws a `UserError` that names the file and the line or row.
 */
export async function* readRows(
  path: string,
  options: ReadRowsOptions = {},
): AsyncGenerator<JsonObject, void, undefined> {
  for (const file of await rowFiles(path)) yield* readRowFile(file, options);
}

/** Reads the rows of one file as `readRows` does. */
export async function* readRowFile(
  file: RowFile,
  options: ReadRowsOptions,
): AsyncGenerator<JsonObject, void, undefined> {
  let count = 0;
  for await (const row of rowsOfFile(file, options)) {
    count += 1;
    if (count % rowsAProgress === 0) options.onProgress?.();
    yield row;
  }
}

async function* rowsOfFile(
  file: RowFile,
  options: ReadRowsOptions,
): AsyncGenerator<JsonObject, void, undefined> {
  if (!file.zipped) {
    yield* readPlainFile(file, file.path, options);
    return;
  }
  const folder = await mkdtemp(join(tmpdir(), "ostinato-rows-"));
  try {
    const plain = join(folder, "rows");
    await unzip(file.path, plain);
    yield* readPlainFile({ ...file, path: plain }, file.path, options);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Decompresses a file. The result is written to disk, because the readers of CSV read their file
 * twice.
 */
async function unzip(from: string, to: string): Promise<void> {
  try {
    await pipeline(createReadStream(from), createGunzip(), createWriteStream(to));
  } catch (error) {
    throw new UserError(
      `Expected a gzip file, got an error in ${JSON.stringify(from)}: ${errorText(error)}.`,
      { cause: error },
    );
  }
}

async function* readPlainFile(
  { path, format }: RowFile,
  label: string,
  { onProgress, onPlace, cells }: ReadRowsOptions,
): AsyncGenerator<JsonObject, void, undefined> {
  if (format === "parquet") {
    let number = 0;
    for await (const row of readParquet(path)) {
      number += 1;
      onPlace?.(rowPlace(label, number));
      yield row;
    }
    return;
  }
  if (format === "json") {
    yield* itemsOf(path, label, onPlace);
    return;
  }
  const areTexts = cells === "text";
  const lines =
    format === "jsonl"
      ? readInputLines(path, { label })
      : readCsvLines(path, {
          ...defined({ onProgress, separator: format === "tsv" ? "\t" : undefined }),
          label,
          textOf: areTexts ? textRowText : plainRowText,
          keepEmptyRows: areTexts,
        });
  for await (const line of lines) {
    const place = `${JSON.stringify(label)}, line ${line.line}`;
    onPlace?.(place);
    yield rowOfLine(place, line);
  }
}

function rowPlace(label: string, number: number): string {
  return `${JSON.stringify(label)}, row ${number}`;
}

function rowOfLine(place: string, { text, utf8, problem }: InputLine): JsonObject {
  if (problem !== undefined) throw new UserError(`${place}: ${problem}`);
  if (!utf8) throw new UserError(`${place}: Expected UTF-8 text, got other bytes.`);
  return parseRow(text, place);
}

async function* itemsOf(
  path: string,
  label: string,
  onPlace: ReadRowsOptions["onPlace"],
): AsyncGenerator<JsonObject, void, undefined> {
  let number = 0;
  for await (const text of readJsonArray(path, label)) {
    number += 1;
    const place = rowPlace(label, number);
    onPlace?.(place);
    yield parseRow(text, place);
  }
}
