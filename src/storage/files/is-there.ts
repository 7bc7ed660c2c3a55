import { access } from "node:fs/promises";
import { errorCode } from "../../domain/failure/error-code.js";

/** Whether something lies under a path. Rejects where that can't be told. */
export async function isThere(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch (error) {
    if (errorCode(error) === "ENOENT") return false;
    throw error;
  }
}
