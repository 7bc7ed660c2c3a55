import { defined } from "../../domain/defined.js";
import { createReadStream } from "node:fs";

import type { KnownColumns } from "../../domain/record/csv-record.js";
import { formRecords, hasAlias } from "../../domain/record/form-records.js";
import type { LineForm } from "../../domain/record/input-form.js";
import type { PromptRecord } from "../../domain/record/prompt-record.js";
import { inputFormat } from "./input-format.js";
import type { InputLine, ReadLinesOptions } from "./input-lines.js";
import { readInputLines } from "./input-lines.js";
import { parseRecord } from "./parse-record.js";
import { sourceLines } from "./source-lines.js";

export interface ExperimentLinesOptions extends ReadLinesOptions {
  /** Rules for making records. @default the rules for every input */
  readonly form?: LineForm;
}

/**
 * Yields the lines of an experiment's file in any format. Offsets refer to the equivalent JSONL
 * file, which is the file itself if it needs no change.
 */
export async function* experimentLines(
  path: string,
  options: ExperimentLinesOptions = {},
): AsyncGenerator<InputLine, void, undefined> {
  const { form = {}, ...reading } = options;
  if (!(await needsForming(path, form))) {
    yield* readInputLines(path, reading);
    return;
  }
  const { promptColumn } = form;
  let offset = 0;
  let number = 0;
  for await (const line of sourceLines(path, {
    ...reading,
    ...defined({ promptColumn }),
  })) {
    number += 1;
    for (const { text, problem = line.problem } of formRecords({ ...line, number }, form)) {
      const length = Buffer.byteLength(text);
      yield { ...line, offset, length, text, ...defined({ problem }) };
      offset += length + 1;
    }
  }
}

/**
 * Yields the JSONL text that is equivalent to a file.
 *
 * @param known columns of the table, if it was read before
 */
export async function* asJsonLines(
  path: string,
  form: LineForm = {},
  known: KnownColumns = {},
): AsyncGenerator<string, void, undefined> {
  let batch: string[] = [];
  for await (const { text } of experimentLines(path, { form, known })) {
    if (batch.push(text) < linesABatch) continue;
    yield `${batch.join("\n")}\n`;
    batch = [];
  }
  if (batch.length > 0) yield `${batch.join("\n")}\n`;
}

const linesABatch = 1_000;

/** True if the text of the file's records differs from its lines. */
export async function needsForming(path: string, form: LineForm = {}): Promise<boolean> {
  if ((inputFormat(path) ?? "jsonl") !== "jsonl") return true;
  if (Object.keys(form).length > 0) return true;
  if (!(await mentionsAlias(path))) return false;
  for await (const { text } of readInputLines(path)) if (hasAlias(text)) return true;
  return false;
}

const aliases = ['"messages"', '"model"'] as const;
const longestAlias = 10;

/** True if the file may contain aliases. The test is fast, because nearly no file has them. */
async function mentionsAlias(path: string): Promise<boolean> {
  let end = Buffer.alloc(0);
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
    // A stream without an encoding yields buffers.
    const bytes = Buffer.concat([end, chunk as Buffer]);
    if (aliases.some((alias) => bytes.includes(alias))) return true;
    end = Buffer.from(bytes.subarray(-longestAlias));
  }
  return false;
}

/** Returns the record in a line, before any check by its API, or the line's problem. */
export function recordOfLine({
  text,
  utf8,
  problem,
}: InputLine): { readonly record: PromptRecord } | { readonly problems: readonly string[] } {
  if (problem !== undefined) return { problems: [problem] };
  return utf8 ? parseRecord(text) : { problems: ["Expected UTF-8 text, got other bytes."] };
}
