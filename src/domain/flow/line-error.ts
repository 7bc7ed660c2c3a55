import { defined } from "../defined.js";
import { isUserErrorType } from "./user-error-type.js";
import { RowError } from "../graph/walk/step-value.js";
import type { LineError } from "./line.js";

/** An error with the facts about the failure of a line. */
export interface ClassifiedError {
  readonly type: string;
  readonly message: string;
  readonly isUserError?: boolean;
  readonly trace?: string;
}

/**
 * Converts an error to the failure of a line. An error with a `type` was classified where it arose.
 * Any other error is a system error.
 */
export function lineErrorOf(error: unknown, node?: string): LineError {
  if (isClassified(error)) {
    const { type, message, trace } = error;
    const isUserError = error.isUserError ?? isUserErrorType(type);
    return { type, message, isUserError, ...defined({ node, trace }) };
  }
  const isError = error instanceof Error;
  const type = isError ? error.name : "Error";
  const message = isError ? error.message : String(error);
  return { type, message, isUserError: false, ...defined({ node }) };
}

function isClassified(error: unknown): error is ClassifiedError {
  if (error instanceof RowError) return true;
  return error instanceof Error && "type" in error && typeof error.type === "string";
}
