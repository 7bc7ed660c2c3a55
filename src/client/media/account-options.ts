import type { Environment } from "../../domain/environment.js";

/** Where the key of an account with uploads is looked up. */
export interface AccountOptions {
  /** @default ".env" */
  readonly envFile?: string;
  /** @default process.env */
  readonly env?: Environment;
  /** Model whose key counts, where a model has one of its own. @default the general key */
  readonly model?: string;
}
