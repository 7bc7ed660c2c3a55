/**
 * The public price lists of the vendors, as `@pydantic/genai-prices` bundles them. Nothing is
 * fetched: its `updatePrices` is never called.
 */
import { computed } from "../../domain/computed.js";
import { defined } from "../../domain/defined.js";
import type { Price, PriceTier, TokenPrices } from "../../domain/money/price.js";

/** Version of the bundled data, and the day of its release. A test compares the version. */
export const priceData = {
  name: "@pydantic/genai-prices",
  version: "0.1.8",
  date: "2026-09-23",
} as const;

/**
 * A model in a vendor's price list. The vendor is identified by its name or by the address of its
 * API.
 */
export interface ListedModel {
  readonly model: string;
  readonly vendor: { readonly name: string } | { readonly url: string };
  /** Time of the call in ms since the epoch. Prices change, and some depend on the time of day. */
  readonly atMs: number;
}

/** The facts about a model in the lists. */
export interface ListedFacts {
  /**
   * Price; `undefined` for a model without prices for tokens, for example a model that is paid per
   * second.
   */
  readonly price: Price | undefined;
  /** Maximum tokens of a prompt and its answer together; absent if the lists do not have it. */
  readonly contextWindow?: number;
}

/** Finds a model. Returns `undefined` if it is not in the lists. */
export type FindListed = (listed: ListedModel) => ListedFacts | undefined;

type Listed = Readonly<
  Record<
    string,
    number | { readonly base: number; readonly tiers: readonly ListedTier[] } | undefined
  >
>;

interface ListedTier {
  readonly start: number;
  readonly price: number;
}

/** Our names of prices, with the names in the lists. */
const names: Readonly<Record<keyof TokenPrices, string>> = {
  input: "input_mtok",
  output: "output_mtok",
  cachedInput: "cache_read_mtok",
  cacheWrite: "cache_write_mtok",
  longCacheWrite: "cache_write_1h_mtok",
  reasoning: "output_reasoning_mtok",
};

/**
 * Loads the price lists. They are large, so they are loaded only for a run with calls that cost
 * money.
 */
export async function loadCatalogue(): Promise<FindListed> {
  const { calcPrice } = await import("@pydantic/genai-prices");
  return eachSecond(({ model, vendor, atMs }) => {
    // For an address that is not in the lists, the library must not guess the vendor from the
    // model's name.
    const found = calcPrice({}, model, { ...placeOf(vendor), timestamp: new Date(atMs) });
    if (!found) return undefined;
    const { context_window: contextWindow } = found.model;
    return { price: toPrice(found.model_price), ...defined({ contextWindow }) };
  });
}

/** Returns the names of a vendor's models. Empty if the vendor is not in the lists. */
export async function listedModels(vendor: ListedModel["vendor"]): Promise<readonly string[]> {
  const { findProvider } = await import("@pydantic/genai-prices");
  return findProvider(placeOf(vendor))?.models.map(({ id }) => id) ?? [];
}

function placeOf(
  vendor: ListedModel["vendor"],
): { providerId: string } | { providerApiUrl: string } {
  return "name" in vendor ? { providerId: vendor.name } : { providerApiUrl: vendor.url };
}

const mostKept = 1_000;

/**
 * Caches the facts about a model for calls in the same second, because the lists are searched model
 * by model. Prices in the lists start and end at full seconds.
 */
function eachSecond(find: FindListed): FindListed {
  const known = new Map<string, { readonly facts: ListedFacts | undefined }>();
  return ({ model, vendor, atMs }) => {
    const second = Math.floor(atMs / 1_000);
    const key = `${second} ${"name" in vendor ? vendor.name : vendor.url} ${model}`;
    if (known.size >= mostKept) known.clear();
    return computed(known, key, () => ({ facts: find({ model, vendor, atMs: second * 1_000 }) }))
      .facts;
  };
}

function toPrice(listed: Listed): Price | undefined {
  const { input, output, ...others } = pricesAbove(listed, 0);
  if (input === undefined || output === undefined) return undefined;
  const starts = Object.values(names).flatMap((name) => tiersOf(listed[name]));
  const above = [...new Set(starts.map(({ start }) => start))].sort((a, b) => a - b);
  const tiers = above.map((start): PriceTier => ({
    above: start,
    ...pricesAbove(listed, start + 1),
  }));
  return { input, output, ...others, ...(tiers.length > 0 && { tiers }) };
}

/** Returns the prices of a call with this number of input tokens. */
function pricesAbove(listed: Listed, input: number): Partial<TokenPrices> {
  const prices = Object.entries(names).map(([ours, theirs]) => {
    const given = listed[theirs];
    const reached = tiersOf(given).findLast(({ start }) => input > start);
    return [ours, reached?.price ?? (typeof given === "object" ? given.base : given)];
  });
  // `Object.fromEntries` loses the types of the names, which are those of the prices.
  return defined(Object.fromEntries(prices) as Partial<TokenPrices>);
}

function tiersOf(given: Listed[string]): readonly ListedTier[] {
  return typeof given === "object" ? [...given.tiers].sort((a, b) => a.start - b.start) : [];
}
