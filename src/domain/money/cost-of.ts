import type { TokenCounts } from "../tokens/token-counts.js";
import { roundedDivision, scaled, toDollars } from "./money.js";
import type { Price, TokenPrices } from "./price.js";

/** Number of decimals of a price that count. A token then costs a whole number of 10⁻¹⁸ dollars. */
const priceDigits = 12;
const perPico = 1_000_000n;

/**
 * Returns the cost of one call in dollars. The arithmetic is exact, and the result is rounded to
 * 10⁻¹² dollars.
 */
export function costOf(counts: TokenCounts, price: Price): number {
  const { batch = false } = counts;
  const prices = batch && price.batch ? price.batch : pricesFor(counts.input, price);
  const whole = sumOf(partsOf(counts, prices));
  const divisor = batch && !price.batch ? 2n * perPico : perPico;
  return toDollars(roundedDivision(whole, divisor));
}

/**
 * Returns the prices for a call with this number of input tokens. The highest tier that the input
 * exceeds applies to all tokens of the call.
 */
export function pricesFor(input: number, { tiers = [], ...base }: Price): TokenPrices {
  const reached = tiers.filter(({ above }) => input > above).sort((a, b) => a.above - b.above);
  return reached.reduce<TokenPrices>((prices, tier) => ({ ...prices, ...tier }), base);
}

type Part = readonly [tokens: number, dollarsPerMillion: number];

function partsOf(
  {
    input,
    output,
    cachedInput = 0,
    cacheWrite = 0,
    longCacheWrite = 0,
    reasoning = 0,
  }: TokenCounts,
  prices: TokenPrices,
): readonly Part[] {
  const { cacheWrite: writePrice = prices.input } = prices;
  return [
    [input - cachedInput - cacheWrite, prices.input],
    [cachedInput, prices.cachedInput ?? prices.input],
    [cacheWrite - longCacheWrite, writePrice],
    [longCacheWrite, prices.longCacheWrite ?? writePrice],
    [output - reasoning, prices.output],
    [reasoning, prices.reasoning ?? prices.output],
  ];
}

/**
 * Adds up the parts of a cost. An API's counts may contradict each other, so negative parts count
 * as 0.
 */
function sumOf(parts: readonly Part[]): bigint {
  return parts.reduce(
    (sum, [tokens, price]) =>
      sum + BigInt(Math.max(0, Math.round(tokens))) * scaled(price, priceDigits),
    0n,
  );
}
