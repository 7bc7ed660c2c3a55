import { basename, dirname, join, resolve } from "node:path";
import { UserError } from "../../domain/failure/user-error.js";
import { joinVerdicts } from "../../evaluation/judges/join-verdicts.js";
import { answeredLines, completedTexts } from "../../storage/completed/completed-lines.js";
import { listRuns } from "../../storage/data-folder.js";

export interface JudgedOptions {
  /**
   * Data folder with the judge runs, for a completed file outside of any data folder. @default
   * "data"
   */
  readonly dataFolder?: string;
}

/**
 * Yields the lines of a completed file that have an answer, each with the `verdicts` of all
 * finished judge runs over the file. The newest verdict per judge and template counts. Throws a
 * `UserError` if no answer was judged.
 */
export async function* readJudgedAnswers(
  file: string,
  { dataFolder = "data" }: JudgedOptions = {},
): AsyncGenerator<string, void, undefined> {
  const judged = await judgedFiles(resolve(file), dataFolder);
  if (judged.length === 0) {
    throw new UserError(
      `Expected finished judges of ${JSON.stringify(file)}, found none. Have it judged: \`ostinato judge\`.`,
    );
  }
  yield* joinVerdicts(answeredLines(file), judged.map(completedTexts));
}

/**
 * Returns the completed files of judge runs, oldest first. They are found by name, because the data
 * folder may have moved.
 */
export async function judgedFiles(file: string, dataFolder: string): Promise<string[]> {
  const parent = dirname(dirname(file));
  const output = basename(parent) === "output" ? parent : join(resolve(dataFolder), "output");
  const runs = await listRuns({ output });
  return runs
    .filter(({ stage }) => stage?.kind === "judge" && madeFrom(stage.madeFrom, file))
    .flatMap(({ completedFile }) => completedFile ?? []);
}

function madeFrom(path: string | undefined, file: string): boolean {
  return path !== undefined && basename(path) === basename(file);
}
