import type { PromptRecord } from "../domain/record/prompt-record.js";
import type { MediaOf } from "../storage/media/check-media.js";
import type { Environment } from "./connection/ostinato.js";

/** @param modules of a user's own APIs, absolute. Throws `UserError` for one that can't be used. */
export type OpenProviders = (modules?: readonly string[]) => Promise<ProviderKnowledge>;

/** What this folder must know of the providers. It is handed in, since the client doesn't import them. */
export interface ProviderKnowledge {
  /** The names of all APIs. */
  readonly apis: readonly string[];
  /** What is wrong with a record, in sentences. */
  readonly checkRecord: (record: PromptRecord) => readonly string[];
  /** The files below the media folder that a record's call will read. */
  readonly mediaOf: MediaOf;
  /** Whether an experiment's records of an API go model by model. */
  readonly sortsByModel: (api: string) => boolean;
  /** The variables that a record's call needs and that `environment` lacks. */
  readonly missingVariables: (
    record: PromptRecord,
    environment: Environment,
  ) => Promise<readonly string[]>;
  /** Names and values of the variables with keys that are set for these APIs; for all of them where none are named. */
  readonly secretsOf: (
    environment: Environment,
    apis?: readonly string[],
  ) => Promise<Readonly<Record<string, string>>>;
  /** The variables of an environment file, under those of `environment`. */
  readonly readEnvironment: (envFile: string, environment: Environment) => Promise<Environment>;
}
