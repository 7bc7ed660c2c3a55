import { basename, join, resolve } from "node:path";
import { UserError } from "../../domain/failure/user-error.js";
import { readJudgeFolder } from "../../evaluation/judges/judge-folder.js";
import { judgeLines } from "../../evaluation/judges/judge-lines.js";
import { answeredLines } from "../../storage/completed/completed-lines.js";
import { writeLines } from "../../storage/files/write-lines.js";
import { requiredJudges } from "../start/stage-settings.js";
import type { JudgeSettings } from "../start/stage-settings.js";

export interface JudgeFileOptions extends JudgeSettings {
  /** A completed file, from Ostinato or prompto. */
  readonly inputFile: string;
  /** An existing folder. @default the current folder */
  readonly outputFolder?: string;
}

/**
 * Writes the input of a judge run to a file that you can run later, and returns its path. As in
 * prompto, the file's name is `judge-` plus the completed file's name without `completed-`. Throws
 * a `UserError` if the completed file or the settings are invalid.
 */
export async function createJudgeFile(options: JudgeFileOptions): Promise<string> {
  const { inputFile, outputFolder = "." } = options;
  if (!inputFile.endsWith(".jsonl")) {
    throw new UserError(`Expected a completed file that ends in .jsonl, got "${inputFile}".`);
  }
  const folder = await readJudgeFolder(requiredJudges(options));
  const name = `judge-${basename(inputFile).replaceAll("completed-", "")}`;
  const path = join(resolve(outputFolder), name);
  await writeLines(
    path,
    judgeLines(folder, () => answeredLines(inputFile)),
  );
  return path;
}
