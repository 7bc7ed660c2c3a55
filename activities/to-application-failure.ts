import { ApplicationFailure } from "@temporalio/activity";
import { ApplicationFailureCategory } from "@temporalio/common";
import { errorCode } from "../src/domain/failure/error-code.js";
import type { Failure } from "../src/domain/record/outcome.js";
import { UserError, userErrorType } from "../src/domain/failure/user-error.js";

/** An API's words may quote the prompt: of them no more than this goes through Temporal. */
const longestMessage = 200;

export function cutMessage(message: string): string {
  return message.length <= longestMessage ? message : `${message.slice(0, longestMessage - 1)}…`;
}

/** Records whose calls failed and are to be tried again; expected, so no alarm. */
export function callsToRetry(failure: Failure, delayMs: number): ApplicationFailure {
  return ApplicationFailure.create({
    type: `Provider.${failure.type}`,
    message: cutMessage(failure.message),
    nextRetryDelay: Math.max(1, Math.round(delayMs)),
    category: ApplicationFailureCategory.BENIGN,
  });
}

/** Nothing was sent, since an answer could not be kept. */
export function storageTrouble(message: string): ApplicationFailure {
  return ApplicationFailure.create({ type: "Storage", message, nextRetryDelay: "5 seconds" });
}

/**
 * Whether the user made a mistake, on whichever machine it is looked at. The command has read every file before it
 * started the experiment, so one that can't be read here (a mount is missing, a disk fails) is none.
 */
function isMistake(error: unknown): error is UserError {
  return error instanceof UserError && !isOfFiles(error);
}

function isOfFiles({ cause }: Error): boolean {
  return cause instanceof Error && (errorCode(cause) !== undefined || isOfFiles(cause));
}

/**
 * What the preparation throws: a user's mistake is final, while nothing is moved or sent; all else is tried again. Later
 * on it is not: an experiment that is under way waits for the repair.
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
