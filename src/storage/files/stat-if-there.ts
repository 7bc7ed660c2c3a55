import type { BigIntStats } from "node:fs";
import { stat } from "node:fs/promises";

import { errorCode } from "../../domain/failure/error-code.js";

/** To the nanosecond; `undefined` where nothing is there, or nothing any more, or a link that points to itself. */
export async function statIfThere(path: string): Promise<BigIntStats | undefined> {
  try {
    return await stat(path, { bigint: true });
  } catch (error) {
    const code = errorCode(error);
    if (code === "ENOENT" || code === "ELOOP") return undefined;
    throw error;
  }
}
