import type { BigIntStats } from "node:fs";
import { stat } from "node:fs/promises";

import { errorCode } from "../../domain/failure/error-code.js";

/**
 * Returns the file status with times in ns; `undefined` if the path does not exist, a parent of it
 * is a file, or it is a link to itself.
 */
export async function statIfThere(path: string): Promise<BigIntStats | undefined> {
  try {
    return await stat(path, { bigint: true });
  } catch (error) {
    const code = errorCode(error);
    if (code === "ENOENT" || code === "ENOTDIR" || code === "ELOOP") return undefined;
    throw error;
  }
}
