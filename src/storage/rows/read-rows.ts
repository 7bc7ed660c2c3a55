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
import { plainRowText } from "../../domain/record/csv-record.js";
import { readCsvLines } from "../input/csv-lines.js";
import { readInputLines } from "../input/input-lines.js";
import type { InputLine } from "../input/input-lines.js";
import { parseRow } from "./parse-row.js";
import { readJsonArray } from "./read-json-array.js";
import { readParquet } from "./read-parquet.js";
import { rowFiles } from "./row-files.js";
import type { RowFile } from "./row-files.js";

export interface ReadRowsOptions {
  /** Called often. */
  readonly onProgress?: () => void;
}

const rowsAProgress = 1_000;

/**
 * Reads the rows of a file (JSONL, JSON, CSV, TSV or Parquet), or of a folder of these, in constant
 * memory. Throws a `UserError` that names the file and the line or row.
 */
export async function* readRows(
  path: string,
  { onProgress }: ReadRowsOptions = {},
): AsyncGenerator<JsonObject, void, undefined> {
  let count = 0;
  for (const file of await rowFiles(path)) {
    for await (const row of rowsOfFile(file, onProgress)) {
      count += 1;
      if (count % rowsAProgress === 0) onProgress?.();
      yield row;
    }
  }
}

async function* rowsOfFile(
  file: RowFile,
  onProgress: (() => void) | undefined,
): AsyncGenerator<JsonObject, void, undefined> {
  if (!file.zipped) {
    yield* readPlainFile(file, file.path, onProgress);
    return;
  }
  const folder = await mkdtemp(join(tmpdir(), "ostinato-rows-"));
  try {
    const plain = join(folder, "rows");
    await unzip(file.path, plain);
    yield* readPlainFile({ ...file, path: plain }, file.path, onProgress);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The readers of CSV read their file twice, so the file is written, not streamed. */
async function unzip(from: string, to: string): Promise<void> {
  try {
    await pipeline(createReadStream(from), createGunzip(), createWriteStream(to));
  } catch (error) {
    throw new UserError(
      `Expected a gzip file, got trouble in ${JSON.stringify(from)}: ${errorText(error)}.`,
      { cause: error },
    );
  }
}

async function* readPlainFile(
  { path, format }: RowFile,
  label: string,
  onProgress: (() => void) | undefined,
): AsyncGenerator<JsonObject, void, undefined> {
  if (format === "parquet") {
    yield* readParquet(path);
    return;
  }
  if (format === "json") {
    yield* itemsOf(path, label);
    return;
  }
  const textOf = plainRowText;
  const lines =
    format === "jsonl"
      ? readInputLines(path, { label })
      : readCsvLines(path, {
          ...defined({ onProgress, separator: format === "tsv" ? "\t" : undefined }),
          label,
          textOf,
        });
  for await (const line of lines) yield rowOfLine(label, line);
}

function rowOfLine(label: string, { line, text, utf8, problem }: InputLine): JsonObject {
  const place = `${JSON.stringify(label)}, line ${line}`;
  if (problem !== undefined) throw new UserError(`${place}: ${problem}`);
  if (!utf8) throw new UserError(`${place}: Expected UTF-8 text, got other bytes.`);
  return parseRow(text, place);
}

async function* itemsOf(path: string, label: string): AsyncGenerator<JsonObject, void, undefined> {
  let number = 0;
  for await (const text of readJsonArray(path, label)) {
    number += 1;
    yield parseRow(text, `${JSON.stringify(label)}, row ${number}`);
  }
}
