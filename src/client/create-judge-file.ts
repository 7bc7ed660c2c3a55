import { basename, join, resolve } from "node:path";
import type { JudgeChoice } from "../domain/stages.js";
import { UserError } from "../domain/user-error.js";
import { answeredLines } from "../evaluation/answered.js";
import { readJudgeFolder } from "../evaluation/judge-folder.js";
import { judgeLines } from "../evaluation/judge-lines.js";
import { readLines } from "../storage/read-lines.js";
import { writeAtomically } from "../storage/write-atomically.js";
import { judgeChoice, type JudgeSettings } from "./stage-settings.js";

export interface JudgeFileOptions extends JudgeSettings {
  /** A completed file, ours or prompto's. */
  readonly inputFile: string;
  /** It must be there. @default the current folder */
  readonly outputFolder?: string;
}

/**
 * Writes the input of a judge run to a file, to be run by hand: `judge-` and the completed file's name without
 * `completed-`, as prompto names it. Gives its path. Throws `UserError`.
 */
export async function createJudgeFile(options: JudgeFileOptions): Promise<string> {
  const { inputFile, outputFolder = "." } = options;
  if (!inputFile.endsWith(".jsonl")) {
    throw new UserError(`Expected a completed file that ends in .jsonl, got "${inputFile}".`);
  }
  const folder = await readJudgeFolder(choiceOf(options));
  const path = join(
    resolve(outputFolder),
    `judge-${basename(inputFile).replaceAll("completed-", "")}`,
  );
  await writeAtomically(
    path,
    linesOf(judgeLines(folder, () => answeredLines(readLines(inputFile)))),
  );
  return path;
}

function choiceOf(options: JudgeFileOptions): JudgeChoice {
  const choice = judgeChoice(options);
  if (choice) return choice;
  throw new UserError("Expected judges, got none. Give --judge-folder and --judge.");
}

async function* linesOf(lines: AsyncIterable<string>): AsyncGenerator<string, void, undefined> {
  for await (const line of lines) yield `${line}\n`;
}
