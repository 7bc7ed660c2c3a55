/** Prices in dollars per million tokens. */
export interface TokenPrices {
  readonly input: number;
  readonly output: number;
  /** Input that was read from the cache. @default `input` */
  readonly cachedInput?: number;
  /** Input that was written to the cache. @default `input` */
  readonly cacheWrite?: number;
  /** Input that was written to the cache for an hour. @default `cacheWrite` */
  readonly longCacheWrite?: number;
  /** Thinking. @default `output` */
  readonly reasoning?: number;
}

/** The prices of a model. */
export interface Price extends TokenPrices {
  /** Other prices of calls with a long input, for all of their tokens. */
  readonly tiers?: readonly PriceTier[];
  /** Prices of calls that the API handles in a batch. @default half of the others */
  readonly batch?: TokenPrices;
}

/** Prices of calls whose input has more than `above` tokens. Others stay as they are. */
export interface PriceTier extends Partial<TokenPrices> {
  readonly above: number;
}

/** The user's own prices, by API and model. The model `*` stands for all others of its API. */
export type PriceTable = Readonly<Record<string, Readonly<Record<string, Price>>>>;

/** The price of a model in the user's own table. */
export function ownPrice(
  table: PriceTable | undefined,
  { api, model = "" }: { readonly api: string; readonly model?: string | undefined },
): Price | undefined {
  const models = table && Object.hasOwn(table, api) ? table[api] : undefined;
  if (!models) return undefined;
  return Object.hasOwn(models, model) ? models[model] : models["*"];
}
