import { appendFileSync, readFileSync } from "node:fs";
import { join } from "node:path";

import type { LogLine } from "../../../src/domain/record/log-line.js";
import { encodeEntry, entryOf } from "../../../src/storage/log/log-entry.js";
import { encodeLine } from "../../../src/storage/log/log-files.js";
import { OutcomeReader } from "../../../src/storage/log/outcome-reader.js";

/** Appends to a log as another process would, and to its positions as far as that process got. */
export function appendLog(
  directory: string,
  name: string,
  { lines, withPositions = lines.length }: { lines: readonly LogLine[]; withPositions?: number },
): void {
  const path = join(directory, `${name}.jsonl`);
  appendFileSync(path, "");
  let offset = readFileSync(path).length;
  lines.forEach((line, index) => {
    const bytes = encodeLine(line);
    appendFileSync(path, bytes);
    if (index < withPositions) {
      const entry = entryOf(line, { offset, length: bytes.length - 1 });
      appendFileSync(join(directory, `${name}.positions`), encodeEntry(entry));
    }
    offset += bytes.length;
  });
}

export async function readerOf(directory: string, records = 10): Promise<OutcomeReader> {
  const reader = new OutcomeReader(directory, "all", records);
  await reader.refresh();
  return reader;
}
