import { readdir } from "node:fs/promises";
import { join } from "node:path";

import { isMissing } from "../../domain/failure/error-code.js";
import { fileNameOf } from "../run/run-folder.js";
import { instantOfStamp } from "../run/stamp.js";

/**
 * Returns the completed files of all runs of an experiment, oldest first, even if their state
 * folders are missing.
 */
export async function completedFilesOf(outputFolder: string, name: string): Promise<string[]> {
  const folder = join(outputFolder, fileNameOf(name));
  const end = `-completed-${fileNameOf(name)}.jsonl`;
  const files = (await namesIn(folder))
    .filter((file) => file.endsWith(end))
    .map((file) => ({ file, at: instantOfStamp(file.slice(0, -end.length)) }))
    .filter((one): one is { file: string; at: number } => one.at !== undefined);
  return files.sort((a, b) => a.at - b.at).map(({ file }) => join(folder, file));
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}
