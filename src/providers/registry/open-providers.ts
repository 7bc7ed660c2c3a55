import type { JsonObject } from "../../domain/json/json.js";
import type { PromptRecord } from "../../domain/record/prompt-record.js";
import { secretsOf } from "../access/secrets.js";
import { createOpenRegistry } from "./open-registry.js";
import type { Registry } from "./registry.js";
import type { Price, PriceTable } from "../../domain/money/price.js";
import { loadCatalogue } from "../prices/catalogue.js";
import {
  contextWindowOf,
  createPriceSource,
  ownAddressOf,
  similarModel,
} from "../prices/price-source.js";
import type { Environment } from "../../domain/environment.js";
import type { MediaFile } from "../provider.js";

/**
 * The facts about APIs that are needed before a call: for checking records, and for finding keys
 * and rates.
 */
export interface OpenedProviders {
  /** Names of all APIs. */
  readonly apis: readonly string[];
  /** Returns the problems of a record, one sentence each. */
  readonly checkRecord: (record: PromptRecord) => readonly string[];
  /** Returns the files of the media folder that a record's call reads. */
  readonly mediaOf: (record: PromptRecord) => readonly MediaFile[];
  /** Returns the parameters that a call gets if its record lacks them, e.g. `max_tokens`. */
  readonly demandedParameters: (api: string) => JsonObject;
  /** True if an experiment sends all of an API's records of one model before the next. */
  readonly sortsByModel: (api: string) => boolean;
  /** Finds the price of a record's call; `undefined` if it is unknown. The `test` API is free. */
  readonly priceOf: (
    record: Pick<PromptRecord, "api" | "model_name">,
    known: { readonly prices: PriceTable | undefined; readonly environment: Environment },
  ) => Promise<Price | undefined>;
  /**
   * Finds the model with a known price whose name is most similar to the name of a record's model.
   */
  readonly similarModelOf: (
    record: Pick<PromptRecord, "api" | "model_name">,
    known: { readonly prices: PriceTable | undefined; readonly environment: Environment },
  ) => Promise<string | undefined>;
  /** Returns the variable with another address of the API, e.g. `OPENAI_BASE_URL`, if it is set. */
  readonly ownAddressOf: (
    record: Pick<PromptRecord, "api" | "model_name">,
    environment: Environment,
  ) => Promise<string | undefined>;
  /**
   * Finds the maximum tokens of a model's prompt and answer together. Returns `undefined` if the
   * model is not in the public lists.
   */
  readonly contextWindowOf: (
    record: Pick<PromptRecord, "api" | "model_name">,
    environment: Environment,
  ) => Promise<number | undefined>;
  /** Returns the tokens in an API's `usage`; for an unknown API, by the usual names. */
  readonly tokensOf: Registry["tokensOf"];
  /** Returns the maximum tokens of a record's answer, if the record has one. */
  readonly longestAnswerOf: Registry["longestAnswerOf"];
  /** Returns the variables that a record's call needs but `environment` lacks. */
  readonly missingVariables: (
    record: PromptRecord,
    environment: Environment,
  ) => Promise<readonly string[]>;
  /** Returns the names and values of the key variables that are set. @default for all APIs */
  readonly secretsOf: (
    environment: Environment,
    apis?: readonly string[],
  ) => Promise<Readonly<Record<string, string>>>;
}

const openRegistry = createOpenRegistry();

/**
 * Opens the built-in APIs and the user's own APIs.
 * @param modules absolute paths of the user's modules. Throws a `UserError` for an invalid module.
 */
export async function openProviders(modules: readonly string[] = []): Promise<OpenedProviders> {
  const registry = await openRegistry(modules);
  const { names, loadProvider, secretVariables } = registry;
  const { checkRecord, mediaOf, demandedParameters, sortsByModel, tokensOf, longestAnswerOf } =
    registry;
  return {
    apis: names,
    checkRecord,
    mediaOf,
    demandedParameters,
    sortsByModel,
    tokensOf,
    longestAnswerOf,
    contextWindowOf: async (record, environment) => {
      const provider = await loadProvider(record.api);
      if (!provider.priceList) return undefined;
      const call = { record, provider, environment, atMs: Date.now() };
      return contextWindowOf(call, await loadCatalogue());
    },
    priceOf: async (record, { prices, environment }) => {
      const provider = await loadProvider(record.api);
      const findListed = provider.priceList ? await loadCatalogue() : () => undefined;
      const priceOf = createPriceSource(prices, findListed);
      const price = priceOf({ record, provider, environment, atMs: Date.now() });
      return price ?? (provider.name === "test" ? { input: 0, output: 0 } : undefined);
    },
    similarModelOf: async (record, { prices, environment }) =>
      similarModel({ record, provider: await loadProvider(record.api), environment }, prices),
    ownAddressOf: async (record, environment) =>
      ownAddressOf({ record, provider: await loadProvider(record.api), environment }),
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
