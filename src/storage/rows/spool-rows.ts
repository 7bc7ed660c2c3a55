import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { isJsonObject } from "../../domain/json/json.js";
import type { JsonObject } from "../../domain/json/json.js";
import { parseJsonText } from "../../domain/json/json-text.js";
import { writeLines } from "../files/write-lines.js";
import { readInputLines } from "../input/input-lines.js";

/** Rows in a temporary file, which can be read several times. */
export interface SpooledRows {
  readonly rows: () => AsyncIterable<JsonObject>;
  /** Removes the file. */
  readonly close: () => Promise<void>;
}

/** Writes rows to a temporary file, in constant memory. */
export async function spoolRows(
  rows: Iterable<JsonObject> | AsyncIterable<JsonObject>,
): Promise<SpooledRows> {
  const folder = await mkdtemp(join(tmpdir(), "ostinato-spool-"));
  const path = join(folder, "rows.jsonl");
  const close = async (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    await writeLines(path, textsOf(rows));
  } catch (error) {
    await close();
    throw error;
  }
  return { rows: () => readSpooled(path), close };
}

async function* textsOf(
  rows: Iterable<JsonObject> | AsyncIterable<JsonObject>,
): AsyncGenerator<string, void, undefined> {
  for await (const row of rows) yield JSON.stringify(row);
}

async function* readSpooled(path: string): AsyncGenerator<JsonObject, void, undefined> {
  for await (const { text } of readInputLines(path)) {
    const row = parseJsonText(text);
    if (isJsonObject(row)) yield row;
  }
}
