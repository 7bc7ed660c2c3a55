import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { errorCode } from "../../domain/failure/error-code.js";
import { errorText } from "../../domain/failure/error-text.js";
import { UserError } from "../../domain/failure/user-error.js";
import { isThere } from "../../storage/files/is-there.js";
import { exampleFiles } from "./example-files.js";

/** Paths of the examples, relative to the folder. */
export interface WrittenExamples {
  readonly written: readonly string[];
  /** Files and folders that existed already and are unchanged. */
  readonly kept: readonly string[];
}

/**
 * Writes an example input, a judge folder and an `ostinato.json` with comments. Never changes
 * existing files or an existing judge folder. Throws a `UserError` if the folder cannot be written.
 */
export async function writeExamples(folder: string): Promise<WrittenExamples> {
  const root = resolve(folder);
  const written: string[] = [];
  const kept: string[] = [];
  const ownJudges = (await isThere(join(root, "judge"))) ? "judge/" : undefined;
  if (ownJudges !== undefined) kept.push(ownJudges);
  for (const [path, content] of Object.entries(exampleFiles)) {
    if (ownJudges !== undefined && path.startsWith(ownJudges)) continue;
    const list = (await isWritten(join(root, path), content)) ? written : kept;
    list.push(path);
  }
  return { written, kept };
}

/** Writes a file and returns true. Returns false if the path already exists. */
async function isWritten(path: string, content: string): Promise<boolean> {
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content, { flag: "wx" });
    return true;
  } catch (error) {
    if (errorCode(error) === "EEXIST") return false;
    throw new UserError(
      `Expected to write ${JSON.stringify(path)}, got: ${errorText(error)}. Use a folder that you can write to.`,
      { cause: error },
    );
  }
}
