/**
 * An error that the user can fix: an invalid file, flag or setting. The message says what is wrong,
 * where, and what to do. The CLI prints it without a stack and exits with 2. Do not use it for API
 * failures (`ProviderError`) or broken invariants.
 */
export class UserError extends Error {
  override readonly name = "UserError";
}

/** The `type` of a `UserError` after Temporal has serialized it. */
export const userErrorType = "UserError";
