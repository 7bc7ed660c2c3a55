import type { PromptRecord } from "../../domain/record/prompt-record.js";
import { secretsOf } from "../access/environment.js";
import { createOpenRegistry } from "./open-registry.js";
import type { Environment } from "../../domain/environment.js";
import type { MediaFile } from "../provider.js";

/** What must be known of the APIs before a call: to check records, and to find keys and rates. */
export interface OpenedProviders {
  /** The names of all APIs. */
  readonly apis: readonly string[];
  /** What is wrong with a record, in sentences. */
  readonly checkRecord: (record: PromptRecord) => readonly string[];
  /** The files below the media folder that a record's call will read. */
  readonly mediaOf: (record: PromptRecord) => readonly MediaFile[];
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
}

const openRegistry = createOpenRegistry();

/**
 * Opens our APIs and a user's own.
 *
 * @param modules absolute paths of the user's. Throws `UserError` for one that can't be used.
 */
export async function openProviders(modules: readonly string[] = []): Promise<OpenedProviders> {
  const { names, checkRecord, mediaOf, sortsByModel, loadProvider, secretVariables } =
    await openRegistry(modules);
  return {
    apis: names,
    checkRecord,
    mediaOf,
    sortsByModel,
    missingVariables: async (record, environment) =>
      (await loadProvider(record.api)).missingVariables(record, environment),
    secretsOf: async (environment, apis) => {
      if (!apis) return secretsOf(environment, secretVariables);
      const used = await Promise.all(apis.map(loadProvider));
      return secretsOf(
        environment,
        used.flatMap((provider) => provider.secretVariables),
      );
    },
  };
}
