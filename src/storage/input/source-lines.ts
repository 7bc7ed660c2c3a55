import { defined } from "../../domain/defined.js";
import { open } from "node:fs/promises";

import { stringText } from "../../domain/json/json-text.js";
import { readJsonArray } from "../rows/read-json-array.js";
import { readCsvLines } from "./csv-lines.js";
import { inputFormat } from "./input-format.js";
import { readInputLines } from "./input-lines.js";
import type { InputLine, ReadLinesOptions } from "./input-lines.js";

export interface SourceOptions extends ReadLinesOptions {
  /** Name of a column that is read like `prompt`. @default none */
  readonly promptColumn?: string;
}

/**
 * Yields the lines of an input in any format, each with the text of one JSON object. Offsets refer
 * to the file only for JSON Lines.
 */
export function sourceLines(
  path: string,
  options: SourceOptions,
): AsyncGenerator<InputLine, void, undefined> {
  const { promptColumn } = options;
  switch (inputFormat(path)) {
    case "csv":
      return readCsvLines(path, {
        ...options,
        columns: { aliases: true, ...defined({ promptColumn }) },
      });
    case "tsv":
      return readCsvLines(path, {
        ...options,
        separator: "\t",
        columns: { aliases: true, ...defined({ promptColumn }) },
      });
    case "json":
      return jsonItems(path, options);
    case "txt":
      return textLines(path, options);
    case "jsonl":
    case undefined:
      return readInputLines(path, options);
  }
}

/** Yields the items of an array, or the lines of a file that contains no array. */
async function* jsonItems(
  path: string,
  options: ReadLinesOptions,
): AsyncGenerator<InputLine, void, undefined> {
  if (!(await startsWithBracket(path))) {
    yield* readInputLines(path, options);
    return;
  }
  let line = 0;
  for await (const item of readJsonArray(path, options.label ?? path, options.onBytes)) {
    line += 1;
    // In JSON, a line end is never part of a text.
    const text = item.replace(/\s*[\r\n]\s*/g, " ");
    yield { line, offset: 0, length: Buffer.byteLength(text), text, utf8: true };
  }
}

async function startsWithBracket(path: string): Promise<boolean> {
  const file = await open(path, "r");
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(4_096), 0, 4_096, 0);
    const start = buffer.toString("utf8", 0, bytesRead).replace(/^\uFEFF/, "");
    return start.trimStart().startsWith("[");
  } finally {
    await file.close();
  }
}

/** Yields each line as a prompt. Blank lines are skipped. */
async function* textLines(
  path: string,
  options: ReadLinesOptions,
): AsyncGenerator<InputLine, void, undefined> {
  for await (const line of readInputLines(path, options)) {
    if (line.text.trim() === "") continue;
    const text = `{"prompt": ${stringText(line.text.trimEnd())}}`;
    yield { ...line, length: Buffer.byteLength(text), text };
  }
}
