/** Prices in dollars per million tokens. */
export interface TokenPrices {
  readonly input: number;
  readonly output: number;
  /** Price of input that was read from the cache. @default `input` */
  readonly cachedInput?: number;
  /** Price of input that was written to the cache. @default `input` */
  readonly cacheWrite?: number;
  /** Price of input that was written to the cache for an hour. @default `cacheWrite` */
  readonly longCacheWrite?: number;
  /** Price of thinking. @default `output` */
  readonly reasoning?: number;
}

/** Prices of a model in dollars per million tokens. */
export interface Price extends TokenPrices {
  /** Prices for calls with a long input. They apply to all tokens of such a call. */
  readonly tiers?: readonly PriceTier[];
  /** Prices for calls that the API handles in a batch. @default half of the other prices */
  readonly batch?: TokenPrices;
}

/**
 * Prices for calls whose input has more than `above` tokens. Missing prices are those of the tier
 * below.
 */
export interface PriceTier extends Partial<TokenPrices> {
  readonly above: number;
}

/**
 * The user's own prices, by API and model. The model `*` stands for all other models of its API.
 */
export type PriceTable = Readonly<Record<string, Readonly<Record<string, Price>>>>;

/** Returns the price of a model in the user's own table. */
export function ownPrice(
  table: PriceTable | undefined,
  { api, model = "" }: { readonly api: string; readonly model?: string | undefined },
): Price | undefined {
  const models = table && Object.hasOwn(table, api) ? table[api] : undefined;
  if (!models) return undefined;
  return Object.hasOwn(models, model) ? models[model] : models["*"];
}
