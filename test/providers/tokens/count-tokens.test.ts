import { expect, it } from "vitest";
import { tokensOfApi } from "../../../src/providers/registry/registry.js";
import type { TokenCounts } from "../../../src/domain/tokens/token-counts.js";
import type { JsonObject } from "../../../src/domain/json/json.js";

/** The forms of each vendor's documentation, with the counts by hand. */
const cases: readonly (readonly [string, JsonObject, TokenCounts])[] = [
  [
    "openai",
    {
      prompt_tokens: 2006,
      completion_tokens: 300,
      total_tokens: 2306,
      prompt_tokens_details: { cached_tokens: 1920, audio_tokens: 0 },
      completion_tokens_details: { reasoning_tokens: 192, accepted_prediction_tokens: 0 },
    },
    { input: 2006, cachedInput: 1920, output: 300, reasoning: 192 },
  ],
  [
    "openai",
    {
      input_tokens: 328,
      output_tokens: 52,
      total_tokens: 380,
      input_tokens_details: { cached_tokens: 128 },
      output_tokens_details: { reasoning_tokens: 40 },
    },
    { input: 328, cachedInput: 128, output: 52, reasoning: 40 },
  ],
  [
    "azure-openai",
    { prompt_tokens: 33, completion_tokens: 557, prompt_tokens_details: null },
    { input: 33, output: 557 },
  ],
  [
    "anthropic",
    {
      input_tokens: 50,
      output_tokens: 503,
      service_tier: "standard",
      cache_creation_input_tokens: 556,
      cache_read_input_tokens: 100_000,
      cache_creation: { ephemeral_5m_input_tokens: 456, ephemeral_1h_input_tokens: 100 },
    },
    {
      input: 100_606,
      cachedInput: 100_000,
      cacheWrite: 556,
      longCacheWrite: 100,
      output: 503,
      uncounted: 100_000,
    },
  ],
  [
    "anthropic",
    { input_tokens: 10, output_tokens: 5, service_tier: "batch" },
    { input: 10, output: 5, batch: true },
  ],
  [
    "gemini",
    {
      promptTokenCount: 1_000,
      cachedContentTokenCount: 600,
      candidatesTokenCount: 40,
      thoughtsTokenCount: 160,
      totalTokenCount: 1_200,
    },
    { input: 1_000, cachedInput: 600, output: 200, reasoning: 160 },
  ],
  [
    "vertexai",
    { promptTokenCount: 7, candidatesTokenCount: 3, toolUsePromptTokenCount: 2 },
    { input: 9, output: 3 },
  ],
  [
    "mistral",
    { prompt_tokens: 16, completion_tokens: 34, prompt_tokens_details: { cached_tokens: 8 } },
    { input: 16, cachedInput: 8, output: 34 },
  ],
  ["ollama", { prompt_eval_count: 26, eval_count: 298 }, { input: 26, output: 298 }],
  ["huggingface-tgi", { prompt_tokens: 12, completion_tokens: 5 }, { input: 12, output: 5 }],
];

it.each(cases)("counts the tokens of %s in %j", (api, usage, counts) => {
  expect(tokensOfApi(api, usage)).toEqual(counts);
});

it("finds no tokens in another form", () => {
  expect(tokensOfApi("openai", { tokens: 3 })).toBeUndefined();
});
