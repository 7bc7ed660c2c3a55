/**
 * The user can put it right: a bad file, flag or setting. The message says what, where and what to do; the CLI prints
 * it without a stack and exits with 2. It is not for what an API answers (`ProviderError`) nor for a broken invariant.
 */
export class UserError extends Error {
  override readonly name = "UserError";
}

/** The `type` of a `UserError` once it has travelled through Temporal. */
export const userErrorType = "UserError";
