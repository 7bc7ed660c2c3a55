import { readFile } from "node:fs/promises";
import { expect, it } from "vitest";
import { costOf } from "../../../src/domain/money/cost-of.js";
import type { PriceTable } from "../../../src/domain/money/price.js";
import type { Environment } from "../../../src/domain/environment.js";
import type { JsonObject } from "../../../src/domain/json/json.js";
import { loadCatalogue, priceData } from "../../../src/providers/prices/catalogue.js";
import { createPriceSource, similarModel } from "../../../src/providers/prices/price-source.js";
import { loadProvider } from "../../../src/providers/registry/registry.js";
import { tokensOf } from "../../../src/providers/tokens/count-tokens.js";

const atMs = Date.UTC(2026, 10, 1);

interface Priced {
  readonly api: string;
  readonly asked: string;
  readonly model?: string;
  readonly usage: JsonObject;
  readonly environment?: Environment;
  readonly table?: PriceTable;
}

async function cost(priced: Priced): Promise<number | undefined> {
  const { api, asked, model, usage, environment = {}, table } = priced;
  const provider = await loadProvider(api);
  const priceOf = createPriceSource(table, await loadCatalogue());
  const record = { api, model_name: asked };
  const price = priceOf({ record, provider, environment, model, atMs });
  const counts = tokensOf(provider, usage);
  return price && counts && costOf(counts, price);
}

const anthropicUsage = {
  input_tokens: 50,
  output_tokens: 503,
  cache_creation_input_tokens: 556,
  cache_read_input_tokens: 100_000,
  cache_creation: { ephemeral_5m_input_tokens: 456, ephemeral_1h_input_tokens: 100 },
};

/** Hand calculations in millionths of a dollar, with the vendors' prices of November 2026. */
const cases: readonly (readonly [Priced, number])[] = [
  [
    // 2.5, cached 1.25, output 10: 86×2.5 + 1920×1.25 + 300×10 = 215 + 2400 + 3000
    {
      api: "openai",
      asked: "gpt-4o",
      model: "gpt-4o-2024-08-06",
      usage: {
        prompt_tokens: 2006,
        completion_tokens: 300,
        prompt_tokens_details: { cached_tokens: 1920 },
      },
    },
    5_615,
  ],
  [
    // gpt-6-sol above 272,000: 4, cached 0.4, output 15: 200,000×4 + 100,000×0.4 + 1,000×15
    {
      api: "openai",
      asked: "gpt-6-sol",
      usage: {
        input_tokens: 300_000,
        output_tokens: 1_000,
        input_tokens_details: { cached_tokens: 100_000 },
        output_tokens_details: { reasoning_tokens: 900 },
      },
    },
    855_000,
  ],
  [
    // A deployment's name is no model: the API tells it. 33×2.5 + 557×10
    {
      api: "azure-openai",
      asked: "my-deployment",
      model: "gpt-4o-2024-08-06",
      usage: { prompt_tokens: 33, completion_tokens: 557 },
    },
    5_652.5,
  ],
  [
    // 4, cached 0.2, write 5, write for an hour 8, output 20:
    // 50×4 + 100,000×0.2 + 456×5 + 100×8 + 503×20 = 200 + 20,000 + 2,280 + 800 + 10,060
    { api: "anthropic", asked: "claude-opus-5-5", usage: anthropicUsage },
    33_340,
  ],
  [
    // The same in a batch, for half.
    {
      api: "anthropic",
      asked: "claude-opus-5-5",
      usage: { ...anthropicUsage, service_tier: "batch" },
    },
    16_670,
  ],
  [
    // 0.75, cached 0.075, output 3.75: 400×0.75 + 600×0.075 + 200×3.75 = 300 + 45 + 750
    {
      api: "gemini",
      asked: "gemini-3.8-flash",
      usage: {
        promptTokenCount: 1_000,
        cachedContentTokenCount: 600,
        candidatesTokenCount: 40,
        thoughtsTokenCount: 160,
      },
    },
    1_095,
  ],
  [
    // gemini-2.5-pro above 200,000: 2.5 and 15
    {
      api: "vertexai",
      asked: "gemini-2.5-pro",
      usage: { promptTokenCount: 250_000, candidatesTokenCount: 100 },
    },
    626_500,
  ],
  [
    // The user's own price overrides the lists: 2,006×1 + 300×2
    {
      api: "openai",
      asked: "gpt-4o",
      usage: { prompt_tokens: 2006, completion_tokens: 300 },
      table: { openai: { "gpt-4o": { input: 1, output: 2 } } },
    },
    2_606,
  ],
  [
    // The user's own hardware: 26×0.05 + 298×0.2
    {
      api: "ollama",
      asked: "llama3",
      usage: { prompt_eval_count: 26, eval_count: 298 },
      table: { ollama: { "*": { input: 0.05, output: 0.2 } } },
    },
    60.9,
  ],
];

it.each(cases)("prices a call as by hand: %j", async (priced, millionths) => {
  expect(await cost(priced)).toBe(Math.round(millionths * 1e6) / 1e12);
});

const usage = { prompt_tokens: 10, completion_tokens: 5 };

it.each<[string, Priced]>([
  ["a model that no list has", { api: "openai", asked: "gpt-99-unheard-of", usage }],
  ["the user's own hardware", { api: "huggingface-tgi", asked: "gpt-4o", usage }],
  [
    "an address that is not the vendor's",
    {
      api: "openai",
      asked: "gpt-4o",
      usage,
      environment: { OPENAI_BASE_URL: "http://127.0.0.1:8000/v1" },
    },
  ],
])("knows no price for %s", async (_, priced) => {
  expect(await cost(priced)).toBeUndefined();
});

it("finds the vendor of a compatible API by its address", async () => {
  const compatible = (url: string): Promise<number | undefined> =>
    cost({
      api: "openai-compatible",
      asked: "deepseek-chat",
      usage,
      environment: { OPENAI_COMPATIBLE_BASE_URL: url },
    });
  expect(await compatible("https://api.deepseek.com/v1")).toBeGreaterThan(0);
  expect(await compatible("http://127.0.0.1:1234/v1")).toBeUndefined();
});

it("names the version of the bundled prices", async () => {
  const path = new URL(`../../../node_modules/${priceData.name}/package.json`, import.meta.url);
  const { version } = JSON.parse(await readFile(path, "utf8")) as { version: string };
  expect(priceData.version).toBe(version);
});

it("follows prices that change with the time of day, in any order of the calls", async () => {
  const findListed = await loadCatalogue();
  const inputPrices = [
    Date.UTC(2026, 10, 2, 0, 59, 59, 999),
    Date.UTC(2026, 10, 2, 1, 0, 0, 0),
    Date.UTC(2026, 10, 2, 0, 59, 59, 0),
    Date.UTC(2026, 10, 2, 1, 0, 0, 999),
  ].map(
    (time) =>
      findListed({ model: "deepseek-v4-flash", vendor: { name: "deepseek" }, atMs: time })?.price
        ?.input,
  );
  expect(inputPrices).toEqual([0.22, 0.44, 0.22, 0.44]);
});

it("names a model with a known price and a similar name", async () => {
  const similar = async (model: string, environment: Environment = {}) => {
    const record = { api: "openai", model_name: model };
    const call = { record, provider: await loadProvider("openai"), environment };
    return similarModel(call, { openai: { "house-7b": { input: 1, output: 1 } } });
  };
  expect(await similar("gpt-4o-mimi")).toBe("gpt-4o-mini");
  expect(await similar("hose-7b")).toBe("house-7b");
  expect(await similar("claude-sonnet-4-5")).toBeUndefined();
  // Another address means another vendor, whose models are not in OpenAI's list.
  const own = { OPENAI_BASE_URL: "http://127.0.0.1:9/v1" };
  expect(await similar("gpt-4o-mimi", own)).toBeUndefined();
});
