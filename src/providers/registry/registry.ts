/**
 * The APIs that a record can name. A new one is a file and a row here.
 *
 * Every command reads these files, to check records and keys, so an adapter's own file is light: what it needs of its
 * vendor, client and schemas, it imports when it sends.
 */
import type { JsonObject } from "../../domain/json/json.js";
import { hintOf } from "../../domain/nearest-match.js";
import type { PromptRecord } from "../../domain/record/prompt-record.js";
import type { TokenCounts } from "../../domain/tokens/token-counts.js";
import { UserError } from "../../domain/failure/user-error.js";
import { createAnthropicProvider } from "../anthropic/create-provider.js";
import { createAzureOpenAiProvider } from "../azure-openai/create-provider.js";
import { tokensOf } from "../tokens/count-tokens.js";
import { createGeminiProvider } from "../gemini/create-provider.js";
import { createHuggingfaceTgiProvider } from "../huggingface-tgi/create-provider.js";
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
  createOllamaProvider(),
  createHuggingfaceTgiProvider(),
  createQuartProvider(),
];

const rows: ReadonlyMap<string, Provider> = new Map(
  adapters.map((provider) => [provider.name, provider]),
);

/** The APIs that an experiment's records can name. */
export interface Registry {
  readonly names: readonly string[];
  /** Of all APIs, the variables that hold secrets, without the suffix of a model. */
  readonly secretVariables: readonly string[];
  /** The process's one adapter for an API, which keeps its clients. Throws `UserError` where there is none. */
  readonly loadProvider: (name: string) => Promise<Provider>;
  /** What is wrong with a record and can be known before a call; calls nobody and reads no file. */
  readonly checkRecord: (record: PromptRecord) => readonly string[];
  /** The files below the media folder that a record's call will read. */
  readonly mediaOf: (record: PromptRecord) => readonly MediaFile[];
  /** The tokens in a `usage` of an API's; by the usual names where the API is none of these. */
  readonly tokensOf: (api: string, usage: JsonObject) => TokenCounts | undefined;
  /** Whether an experiment's records of an API go model by model. */
  readonly sortsByModel: (api: string) => boolean;
}

/** @param own a user's APIs, beside ours; of other names than ours */
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
    tokensOf: (api, usage) => tokensOf(providers.get(api), usage),
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
