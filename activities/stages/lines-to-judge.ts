import { judgeLines } from "../../src/evaluation/judges/judge-lines.js";
import { readKeptJudgeFolder } from "../../src/evaluation/models/kept-folders.js";
import { answeredLines } from "../../src/storage/completed/completed-lines.js";
import { completedFileBefore } from "./stage-source.js";
import type { StageSource } from "./stage-source.js";

/** Yields the records that ask the judges about the answers of the previous stage. */
export async function linesToJudge({ input, kept }: StageSource): Promise<AsyncIterable<string>> {
  const { judge } = input.settings;
  if (!judge) throw new Error("Expected judges in the settings of a judge stage.");
  const folder = await readKeptJudgeFolder(judge, kept);
  return judgeLines(folder, () => answeredLines(completedFileBefore(input)));
}
