import { ApplicationFailure } from "@temporalio/activity";
import { ApplicationFailureCategory } from "@temporalio/common";
import { cutWords } from "../src/domain/failure/api-words.js";
import { errorCode } from "../src/domain/failure/error-code.js";
import type { Failure } from "../src/domain/record/outcome.js";
import { UserError, userErrorType } from "../src/domain/failure/user-error.js";

/**
 * Returns the failure for records whose calls must be retried. It is expected and raises no alarm.
 */
export function callsToRetry(failure: Failure, delayMs: number): ApplicationFailure {
  return ApplicationFailure.create({
    type: `Provider.${failure.type}`,
    message: cutWords(failure.message),
    nextRetryDelay: Math.max(1, Math.round(delayMs)),
    category: ApplicationFailureCategory.BENIGN,
  });
}

const firstLookMs = 5_000;
const longestLookMs = 20_000;

/**
 * Returns the failure for an answer that could not be saved, or a folder that is away. Nothing was
 * sent.
 *
 * @param attempt number of the activity's attempt, starting at 1. Each wait is 5 s longer than the
 *   one before, up to 20 s, because all open activities of all groups look for the folder.
 */
export function storageTrouble(message: string, attempt: number): ApplicationFailure {
  const nextRetryDelay = Math.min(firstLookMs * attempt, longestLookMs);
  return ApplicationFailure.create({ type: "Storage", message, nextRetryDelay });
}

/**
 * True for a user error that is independent of the machine. The command has read every file before
 * the start, so an unreadable file here (a missing mount, a broken disk) is not a user error.
 */
function isMistake(error: unknown): error is UserError {
  return error instanceof UserError && !isOfFiles(error);
}

function isOfFiles({ cause }: Error): boolean {
  return cause instanceof Error && (errorCode(cause) !== undefined || isOfFiles(cause));
}

/**
 * Converts an error of the preparation. A user error is final, because nothing is moved or sent
 * yet. All other errors are retried. In later phases an experiment waits for the repair instead.
 */
export function toApplicationFailure(error: unknown): unknown {
  if (!isMistake(error)) return error;
  return ApplicationFailure.create({
    type: userErrorType,
    message: error.message,
    nonRetryable: true,
    cause: error,
  });
}
