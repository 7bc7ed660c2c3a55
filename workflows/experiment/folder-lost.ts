import { ApplicationFailure } from "@temporalio/workflow";

/** Returns the failure of an experiment that was cancelled while its folder was missing. */
export function folderLost(directory: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(
    `Cancelled while its folder was missing, so no files were written: ${directory}`,
    "RunFolderMissing",
  );
}
