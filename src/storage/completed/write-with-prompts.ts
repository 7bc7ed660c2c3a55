import { access, constants } from "node:fs/promises";
import { errorText } from "../../domain/failure/error-text.js";
import type { JsonValue } from "../../domain/json/json.js";
import { escapeLineSeparators, layOutObject } from "../../domain/json/json-text.js";
import type { PromptRecord } from "../../domain/record/prompt-record.js";
import { UserError } from "../../domain/failure/user-error.js";
import { experimentLines, recordOfLine } from "../input/experiment-lines.js";
import { placeWord } from "../input/input-format.js";
import { writeAtomically } from "../files/write-atomically.js";

/**
 * Returns the records of an experiment's file, for tools that need every record to be valid. Throws
 * a `UserError` that names each invalid line.
 */
export async function readAllRecords(path: string): Promise<readonly PromptRecord[]> {
  await refuseUnreadable(path);
  const records: PromptRecord[] = [];
  const problems: string[] = [];
  const place = placeWord(path);
  for await (const line of experimentLines(path)) {
    const parsed = recordOfLine(line);
    if ("record" in parsed) records.push(parsed.record);
    else problems.push(`${place} ${line.line}: ${parsed.problems.join(" ")}`);
  }
  if (problems.length === 0) return records;
  const shown = problems.slice(0, mostShown).join("\n  ");
  const more = problems.length > mostShown ? `\n  and ${problems.length - mostShown} more` : "";
  throw new UserError(`${JSON.stringify(path)} can't be read whole:\n  ${shown}${more}`);
}

const mostShown = 10;

async function refuseUnreadable(path: string): Promise<void> {
  try {
    await access(path, constants.R_OK);
  } catch (error) {
    throw new UserError(`Could not read ${JSON.stringify(path)}: ${errorText(error)}.`, {
      cause: error,
    });
  }
}

/**
 * Writes a copy of an experiment's file as JSON Lines, with new prompts. Only the prompt of a line
 * changes, and a line with an unchanged prompt is copied as is.
 */
export async function writeWithPrompts(
  path: string,
  output: string,
  promptOf: (record: PromptRecord) => JsonValue,
): Promise<void> {
  await writeAtomically(output, rewrittenLines(path, promptOf));
}

async function* rewrittenLines(
  path: string,
  promptOf: (record: PromptRecord) => JsonValue,
): AsyncGenerator<string> {
  for await (const line of experimentLines(path)) {
    const parsed = recordOfLine(line);
    const { text } = line;
    yield `${"record" in parsed ? withPrompt(text, promptOf(parsed.record)) : text}\n`;
  }
}

function withPrompt(text: string, prompt: JsonValue): string {
  // In JSON, the last of repeated keys counts.
  const member = layOutObject(text).members.findLast(({ key }) => key === "prompt");
  if (!member) return text;
  const { valueStart, valueEnd } = member;
  const old = text.slice(valueStart, valueEnd);
  const written = JSON.stringify(prompt);
  if (JSON.stringify(JSON.parse(old)) === written) return text;
  return `${text.slice(0, valueStart)} ${escapeLineSeparators(written)}${text.slice(valueEnd)}`;
}
