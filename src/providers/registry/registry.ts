/**
 * The built-in APIs. A new API needs a file and an entry here.
 *
 * Every command loads these files to check records and keys. An adapter therefore imports its
 * vendor's client and schemas only when it sends.
 */
import type { JsonObject } from "../../domain/json/json.js";
import { hintOf } from "../../domain/nearest-match.js";
import type { PromptRecord } from "../../domain/record/prompt-record.js";
import type { TokenCounts } from "../../domain/tokens/token-counts.js";
import { UserError } from "../../domain/failure/user-error.js";
import { createAnthropicProvider } from "../anthropic/create-provider.js";
import { createAzureOpenAiProvider } from "../azure-openai/create-provider.js";
import { tokensOf } from "../tokens/count-tokens.js";
import { longestAnswerOf } from "../tokens/longest-answer.js";
import { createGeminiProvider } from "../gemini/create-provider.js";
import { createHuggingfaceTgiProvider } from "../huggingface-tgi/create-provider.js";
import { createMistralProvider } from "../mistral/create-provider.js";
import { createOllamaProvider } from "../ollama/create-provider.js";
import { createOpenAiCompatibleProvider } from "../openai-compatible/create-provider.js";
import { createOpenAiProvider } from "../openai/create-provider.js";
import { createQuartProvider } from "../quart/create-provider.js";
import { createTestProvider } from "../test/create-provider.js";
import { createVertexAiProvider } from "../vertexai/create-provider.js";
import type { MediaFile, Provider } from "../provider.js";

const adapters: readonly Provider[] = [
  createTestProvider(),
  createOpenAiProvider(),
  createAzureOpenAiProvider(),
  createOpenAiCompatibleProvider(),
  createAnthropicProvider(),
  createGeminiProvider(),
  createVertexAiProvider(),
  createMistralProvider(),
  createOllamaProvider(),
  createHuggingfaceTgiProvider(),
  createQuartProvider(),
];

const rows: ReadonlyMap<string, Provider> = new Map(
  adapters.map((provider) => [provider.name, provider]),
);

/** The APIs of an experiment's records. */
export interface Registry {
  readonly names: readonly string[];
  /** Names of the secret variables of all APIs, without a model's suffix. */
  readonly secretVariables: readonly string[];
  /**
   * Loads the process's only adapter for an API, which keeps its clients. Throws a `UserError` for
   * an unknown API.
   */
  readonly loadProvider: (name: string) => Promise<Provider>;
  /**
   * Returns the problems of a record that are known before a call. Makes no call and reads no file.
   */
  readonly checkRecord: (record: PromptRecord) => readonly string[];
  /** Returns the files of the media folder that a record's call reads. */
  readonly mediaOf: (record: PromptRecord) => readonly MediaFile[];
  /** Returns the parameters that a call gets if its record lacks them. */
  readonly demandedParameters: (api: string) => JsonObject;
  /** Returns the tokens in an API's `usage`; for an unknown API, by the usual names. */
  readonly tokensOf: (api: string, usage: JsonObject) => TokenCounts | undefined;
  /** Returns the maximum tokens of a record's answer, if the record has one. */
  readonly longestAnswerOf: (record: PromptRecord) => number | undefined;
  /**
   * True if an experiment sends all of an API's records of one model before those of the next
   * model.
   */
  readonly sortsByModel: (api: string) => boolean;
}

/** @param own a user's APIs, whose names must be unique */
export function createRegistry(own: readonly Provider[] = []): Registry {
  const providers = new Map([
    ...rows,
    ...own.map((provider) => [provider.name, provider] as const),
  ]);
  const names = [...providers.keys()];
  return {
    names,
    secretVariables: [...providers.values()].flatMap((provider) => provider.secretVariables),
    loadProvider: async (name) => {
      const provider = providers.get(name);
      if (!provider) throw new UserError(unknownApi(name, names));
      return provider;
    },
    checkRecord: (record) =>
      providers.get(record.api)?.check(record) ?? [unknownApi(record.api, names)],
    mediaOf: (record) => providers.get(record.api)?.media?.(record) ?? [],
    demandedParameters: (api) => providers.get(api)?.demandedParameters ?? {},
    tokensOf: (api, usage) => tokensOf(providers.get(api), usage),
    longestAnswerOf: (record) => longestAnswerOf(providers.get(record.api), record),
    sortsByModel: (api) => providers.get(api)?.sortsByModel ?? false,
  };
}

export const {
  names: providerNames,
  secretVariables,
  loadProvider,
  checkRecord,
  tokensOf: tokensOfApi,
} = createRegistry();

function unknownApi(name: string, names: readonly string[]): string {
  return `Expected \`api\` to be a known API, got ${JSON.stringify(name)}. ${hintOf(name, names)}`;
}
