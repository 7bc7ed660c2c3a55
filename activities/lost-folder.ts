import { dirname } from "node:path";
import { activityInfo, ApplicationFailure } from "@temporalio/activity";
import { TemporalFailure } from "@temporalio/common";
import { errorText } from "../src/domain/failure/error-text.js";
import { storageTrouble } from "./to-application-failure.js";

/** Rejects if a data folder is not on this machine. */
type RequireFolder = (path: string) => Promise<void>;

/**
 * Explains the failure of an activity whose data folder's mount was lost. Its own error would only
 * name a file. The activity is retried, and continues when the folder is back.
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
    throw reason === undefined ? error : storageTrouble(reason, activityInfo().attempt);
  }
}

/** Returns the data folder of a state folder `<data>/output/<name>/.<stamp>`. */
function dataFolderOf(directory: string): string {
  return dirname(dirname(dirname(directory)));
}

/**
 * True if an error may come from files. Retries of calls, cancellations and some other errors
 * explain themselves.
 */
function mayBeOfFiles(error: unknown): boolean {
  if (error instanceof ApplicationFailure) return error.type === "Storage";
  return !(error instanceof TemporalFailure);
}
