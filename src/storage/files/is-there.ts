import { access } from "node:fs/promises";
import { errorCode } from "../../domain/failure/error-code.js";

/** True if the path exists. Rejects if this cannot be determined. */
export async function isThere(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch (error) {
    if (errorCode(error) === "ENOENT") return false;
    throw error;
  }
}
