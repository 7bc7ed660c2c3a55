import { dirname } from "node:path";
import { ApplicationFailure } from "@temporalio/activity";
import { TemporalFailure } from "@temporalio/common";
import { errorText } from "../src/domain/failure/error-text.js";
import { storageTrouble } from "./to-application-failure.js";

/** Rejects where a data folder is not on this machine. */
type RequireFolder = (path: string) => Promise<void>;

/**
 * Says what is wrong where an activity fails since the mount of its data folder was lost: by itself it would tell of
 * some file in it. It is tried again, and goes on when the folder is back.
 */
export async function explainingLostFolder<Result>(
  requireFolder: RequireFolder,
  directory: string,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!mayBeOfFiles(error)) throw error;
    const reason = await requireFolder(dataFolderOf(directory)).then(() => undefined, errorText);
    throw reason === undefined ? error : storageTrouble(reason);
  }
}

/** `<data>/output/<name>/.<stamp>` */
function dataFolderOf(directory: string): string {
  return dirname(dirname(dirname(directory)));
}

/** A call that is to be tried again, a cancellation and the like say themselves what they are. */
function mayBeOfFiles(error: unknown): boolean {
  if (error instanceof ApplicationFailure) return error.type === "Storage";
  return !(error instanceof TemporalFailure);
}
