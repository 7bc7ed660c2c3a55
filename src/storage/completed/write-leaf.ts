import { basename } from "node:path";

import { defined } from "../../domain/defined.js";
import { isJsonArray, isJsonObject } from "../../domain/json/json.js";
import type { JsonObject, JsonValue } from "../../domain/json/json.js";
import { parseJsonText } from "../../domain/json/json-text.js";
import { readInputLines } from "../input/input-lines.js";
import { writeAtomically } from "../files/write-atomically.js";
import { writeParquet } from "../rows/write-parquet.js";
import type { WrittenTable } from "../rows/write-parquet.js";
import { leafFile, runPaths } from "../run/run-folder.js";

/** The rows of a leaf, in files. */
export interface LeafTable extends WrittenTable {
  readonly leaf: string;
  /** File name of the rows as JSON lines. */
  readonly jsonl: string;
  /** File name of the same rows as Parquet. Absent for a leaf without rows and known columns. */
  readonly parquet?: string;
}

export interface WriteLeafOptions {
  /** Names of columns that are known before their first row. */
  readonly columns: readonly string[];
  /** Called often. */
  readonly onProgress?: (() => void) | undefined;
}

/**
 * Writes the rows of a pipeline's leaf, from the completed file, as JSONL and as Parquet: in the
 * order of the input and, among the rows of one line, in the order in which they were made. A leaf
 * without rows has an empty file. Safe to repeat.
 */
export async function writeLeaf(
  directory: string,
  leaf: string,
  { columns, onProgress }: WriteLeafOptions,
): Promise<LeafTable> {
  const jsonl = leafFile(directory, leaf, "jsonl");
  const parquet = leafFile(directory, leaf, "parquet");
  const { completed } = runPaths(directory);
  await writeAtomically(jsonl, leafText(completed, leaf, onProgress), directory);
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
    // A row is an object: the walk of a pipeline makes no other.
    if (isJsonObject(row)) yield row;
  }
}

const batchCharacters = 1 << 18;

async function* leafText(
  completed: string,
  leaf: string,
  onProgress?: () => void,
): AsyncGenerator<string, void, undefined> {
  let batch = "";
  for await (const row of rowsOfLeaf(completed, leaf)) {
    batch += `${JSON.stringify(row)}\n`;
    if (batch.length < batchCharacters) continue;
    yield batch;
    onProgress?.();
    batch = "";
  }
  yield batch;
}

/** The rows at a leaf, as a completed file has them. */
export async function* rowsOfLeaf(
  completed: string,
  leaf: string,
): AsyncGenerator<JsonValue, void, undefined> {
  for await (const { text } of readInputLines(completed)) {
    const line = parseJsonText(text);
    const rows = isJsonObject(line) ? line["leaves"] : undefined;
    if (!isJsonArray(rows)) continue;
    for (const each of rows) {
      if (isJsonObject(each) && each["leaf"] === leaf) yield each["row"] ?? {};
    }
  }
}
