import { rmSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { isJsonObject } from "../../domain/json/json.js";
import type { JsonObject } from "../../domain/json/json.js";
import { parseJsonText } from "../../domain/json/json-text.js";
import { writeLines } from "../files/write-lines.js";
import { readInputLines } from "../input/input-lines.js";

/** Rows in a temporary file that can be read several times. */
export interface SpooledRows {
  readonly rows: () => AsyncIterable<JsonObject>;
  /** Removes the file. */
  readonly close: () => Promise<void>;
}

/** Lines in a temporary file that can be read several times. */
export interface SpooledTexts {
  readonly texts: () => AsyncIterable<string>;
  /** Removes the file. */
  readonly close: () => Promise<void>;
}

/** Writes rows to a temporary file, in constant memory. */
export async function spoolRows(
  rows: Iterable<JsonObject> | AsyncIterable<JsonObject>,
): Promise<SpooledRows> {
  const { texts, close } = await spoolTexts(textsOf(rows));
  return { rows: () => parsed(texts()), close };
}

/** Writes lines to a temporary file, in constant memory. */
export async function spoolTexts(lines: AsyncIterable<string>): Promise<SpooledTexts> {
  const folder = await mkdtemp(join(tmpdir(), "ostinato-spool-"));
  const path = join(folder, "rows.jsonl");
  // A reader that closes the pipe, such as `head`, ends the process.
  const removeAtExit = (): void => {
    rmSync(folder, { recursive: true, force: true });
  };
  process.once("exit", removeAtExit);
  const close = async (): Promise<void> => {
    process.off("exit", removeAtExit);
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await writeLines(path, lines);
  } catch (error) {
    await close();
    throw error;
  }
  return { texts: () => readSpooled(path), close };
}

async function* textsOf(
  rows: Iterable<JsonObject> | AsyncIterable<JsonObject>,
): AsyncGenerator<string, void, undefined> {
  for await (const row of rows) yield JSON.stringify(row);
}

async function* readSpooled(path: string): AsyncGenerator<string, void, undefined> {
  for await (const { text } of readInputLines(path)) yield text;
}

async function* parsed(texts: AsyncIterable<string>): AsyncGenerator<JsonObject, void, undefined> {
  for await (const text of texts) {
    const row = parseJsonText(text);
    if (isJsonObject(row)) yield row;
  }
}
