import { basename } from "node:path";

import { defined } from "../../domain/defined.js";
import { isJsonObject } from "../../domain/json/json.js";
import type { JsonObject } from "../../domain/json/json.js";
import { jsonLine, parseJsonText } from "../../domain/json/json-text.js";
import { readInputLines } from "../input/input-lines.js";
import { writeAtomically } from "../files/write-atomically.js";
import { writeParquet } from "../rows/write-parquet.js";
import type { WrittenTable } from "../rows/write-parquet.js";
import { leafFile } from "../run/run-folder.js";
import { rowsAtLeaf } from "./rows-at-leaf.js";
import type { RowAtLeaf } from "./rows-at-leaf.js";

/** The rows of a leaf, in files. */
export interface LeafTable extends WrittenTable {
  readonly leaf: string;
  /** File name of the rows as JSON Lines. */
  readonly jsonl: string;
  /** File name of the same rows as Parquet. Absent for a leaf without rows and known columns. */
  readonly parquet?: string;
}

export interface WriteLeafOptions {
  /** Names of the columns that are known before the first row. */
  readonly columns: readonly string[];
  /** Called at short intervals. */
  readonly onProgress?: (() => void) | undefined;
  /** Maximum number of rows, from the first. @default all */
  readonly most?: number;
}

/**
 * Writes the rows of a pipeline's leaf as JSONL and as Parquet. A leaf without rows has an empty
 * file. Safe to repeat.
 */
export async function writeLeaf(
  directory: string,
  leaf: string,
  { columns, onProgress, most }: WriteLeafOptions,
): Promise<LeafTable> {
  const jsonl = leafFile(directory, leaf, "jsonl");
  const parquet = leafFile(directory, leaf, "parquet");
  await writeAtomically(
    jsonl,
    leafText(rowsAtLeaf(directory, leaf), { onProgress, most }),
    directory,
  );
  const table = await writeParquet(parquet, () => readLeaf(jsonl), {
    ...defined({ onProgress }),
    columns,
    folder: directory,
  });
  const files = table.columns.length > 0 ? { parquet: basename(parquet) } : {};
  return { leaf, jsonl: basename(jsonl), ...files, ...table };
}

async function* readLeaf(path: string): AsyncGenerator<JsonObject, void, undefined> {
  for await (const { text } of readInputLines(path)) {
    const row = parseJsonText(text);
    // A row is always an object, because the walk of a pipeline makes only objects.
    if (isJsonObject(row)) yield row;
  }
}

const batchCharacters = 1 << 18;

async function* leafText(
  rows: AsyncIterable<RowAtLeaf>,
  {
    onProgress,
    most = Infinity,
  }: Pick<WriteLeafOptions, "onProgress"> & { most?: number | undefined },
): AsyncGenerator<string, void, undefined> {
  let batch = "";
  let count = 0;
  for await (const { row } of rows) {
    count += 1;
    if (count > most) break;
    batch += `${jsonLine(row)}\n`;
    if (batch.length < batchCharacters) continue;
    yield batch;
    onProgress?.();
    batch = "";
  }
  yield batch;
}
