import { readFile } from "node:fs/promises";

import { errorCode } from "../../domain/failure/error-code.js";

/**
 * Returns the JSON in a file that Ostinato wrote atomically; `undefined` if the file does not
 * exist.
 */
export async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, "utf8"));
  } catch (error) {
    const code = errorCode(error);
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    if (error instanceof SyntaxError) {
      throw new Error(`Expected JSON in ${JSON.stringify(path)}: ${error.message}`, {
        cause: error,
      });
    }
    throw error;
  }
}
