import { statSync } from "node:fs";
import { resolve } from "node:path";
import type { Terminal } from "../output/terminal/terminal.js";
import { withOstinato } from "../following/with-ostinato.js";

/** True if the argument is a file or looks like a path. False for the name of an experiment. */
export function isFile(given: string, { folder }: Terminal): boolean {
  const entry = statSync(resolve(folder, given), { throwIfNoEntry: false });
  return entry?.isFile() ?? given.endsWith(".jsonl");
}

/** Returns the absolute path of a completed file, given by its path or by its experiment's name. */
export async function completedFileOf(
  given: string,
  dataFolder: string,
  terminal: Terminal,
): Promise<string> {
  if (isFile(given, terminal)) return resolve(terminal.folder, given);
  return await withOstinato(terminal, async (ostinato) => {
    const { finishedFile } = await import("../../src/client/answers/find-finished.js");
    return await finishedFile(ostinato, given, { dataFolder });
  });
}
