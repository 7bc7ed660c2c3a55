import { basename, dirname, join } from "node:path";
import type { LineScoring, ScoreRow } from "../../domain/scores/line-scoring.js";
import { completedAsCsv } from "./completed-csv.js";
import { completedLines } from "./completed-lines.js";
import type { InputLine } from "../input/input-lines.js";
import { isThere } from "../files/is-there.js";
import { writeScores } from "../run/run-scores.js";
import { isStamp } from "../run/stamp.js";
import { writeAtomically } from "../files/write-atomically.js";

/**
 * Adds scores to an existing completed file, from Ostinato or prompto. The file is replaced
 * atomically. If a CSV file exists beside it, that file is rewritten. If the file belongs to a run,
 * the summary of the scores is saved in the run's state folder.
 */
export async function scoreCompletedFile(
  path: string,
  scoring: LineScoring,
  onLine: (count: number) => void,
): Promise<readonly ScoreRow[]> {
  const directory = await stateFolderOf(path);
  const lines = scoring.score(completedLines(path));
  await writeAtomically(path, textOf(lines, onLine), directory);
  const csv = path.replace(/\.jsonl$/, ".csv");
  if (csv !== path && (await isThere(csv))) {
    await writeAtomically(csv, completedAsCsv(path), directory);
  }
  if (directory !== undefined) await writeScores(directory, scoring.rows());
  return scoring.rows();
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
