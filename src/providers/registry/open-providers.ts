import type { PromptRecord } from "../../domain/record/prompt-record.js";
import { readEnvironment, secretsOf } from "../access/environment.js";
import { createOpenRegistry } from "./open-registry.js";
import type { Environment, MediaFile } from "../provider.js";

/** What the client must know of the providers; it is handed in, since the client doesn't import them. */
export interface OpenedProviders {
  /** The names of all APIs. */
  readonly apis: readonly string[];
  readonly checkRecord: (record: PromptRecord) => readonly string[];
  readonly mediaOf: (record: PromptRecord) => readonly MediaFile[];
  readonly sortsByModel: (api: string) => boolean;
  readonly missingVariables: (
    record: PromptRecord,
    environment: Environment,
  ) => Promise<readonly string[]>;
  readonly secretsOf: (
    environment: Environment,
    apis?: readonly string[],
  ) => Promise<Readonly<Record<string, string>>>;
  readonly readEnvironment: typeof readEnvironment;
}

/** @returns a function of the modules of a user's own APIs, which throws `UserError` for one that can't be used. */
export function createOpenProviders(): (modules?: readonly string[]) => Promise<OpenedProviders> {
  const openRegistry = createOpenRegistry();
  return async (modules = []) => {
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
      readEnvironment,
    };
  };
}
