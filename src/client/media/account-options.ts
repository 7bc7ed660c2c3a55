import type { Environment } from "../../domain/environment.js";

/** Source of the API key of an account with uploads. */
export interface AccountOptions {
  /** Environment file. @default ".env" */
  readonly envFile?: string;
  /** Environment variables. @default process.env */
  readonly env?: Environment;
  /** Model whose API key is used, if it has its own. @default the general key */
  readonly model?: string;
}
