import type { Environment } from "../../domain/environment.js";

/** The source of the API key for an account with uploads. */
export interface AccountOptions {
  /** @default ".env" */
  readonly envFile?: string;
  /** @default process.env */
  readonly env?: Environment;
  /** Model whose API key is used, if it has its own. @default the general key */
  readonly model?: string;
}
