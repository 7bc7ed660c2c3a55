import { access } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { LineScoring, ScoreRow } from "../domain/line-scoring.js";
import { UserError } from "../domain/user-error.js";
import { completedAsCsv } from "./completed-csv.js";
import { errorCode } from "./error-code.js";
import { type InputLine, readInputLines } from "./input-lines.js";
import { writeScores } from "./run-scores.js";
import { isStamp } from "./stamp.js";
import { writeAtomically } from "./write-atomically.js";

/**
 * Puts scores into a completed file that is there, of ours or of prompto's. Its name has the old file or the new, at any
 * moment. The CSV beside it is written anew, where there is one; and where it is of a run, what the scores come to is noted
 * in the run's state folder.
 */
export async function scoreCompletedFile(
  path: string,
  scoring: LineScoring,
  onLine: (count: number) => void,
): Promise<readonly ScoreRow[]> {
  const directory = await stateFolderOf(path);
  const lines = scoring.score(objectLines(path));
  await writeAtomically(path, textOf(lines, onLine), directory);
  const csv = path.replace(/\.jsonl$/, ".csv");
  if (csv !== path && (await isThere(csv))) {
    await writeAtomically(csv, completedAsCsv(path), directory);
  }
  if (directory !== undefined) await writeScores(directory, scoring.rows());
  return scoring.rows();
}

/** The lines of a completed file. Throws a `UserError` where it can't be one. */
export async function* objectLines(path: string): AsyncGenerator<InputLine, void, undefined> {
  try {
    for await (const line of readInputLines(path)) {
      if (!line.text.trimStart().startsWith("{")) throw noObject(path, line.line);
      yield line;
    }
  } catch (error) {
    const code = errorCode(error);
    if (code !== "ENOENT" && code !== "EISDIR") throw error;
    throw new UserError(
      `Expected ${JSON.stringify(path)} to be a completed file, found ${code === "ENOENT" ? "nothing" : "a folder"} there. Check the path.`,
    );
  }
}

function noObject(path: string, line: number): UserError {
  return new UserError(
    `Expected a completed file, one JSON object a line, got something else in ${JSON.stringify(path)} line ${line.toString()}. Name the file that ends in -completed-….jsonl.`,
  );
}

async function* textOf(
  lines: AsyncIterable<InputLine>,
  onLine: (count: number) => void,
): AsyncGenerator<string, void, undefined> {
  let count = 0;
  for await (const { text } of lines) {
    yield `${text}\n`;
    count += 1;
    onLine(count);
  }
}

async function stateFolderOf(path: string): Promise<string | undefined> {
  const [stamp = ""] = basename(path).split("-completed-");
  const directory = join(dirname(path), `.${stamp}`);
  return isStamp(stamp) && (await isThere(directory)) ? directory : undefined;
}

async function isThere(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch {
    return false;
  }
}
