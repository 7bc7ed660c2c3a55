/**
 * Exact amounts of money. An amount is a whole number of picodollars (10⁻¹² dollars): one token at
 * one dollar per million tokens costs a million of them, so no price of a vendor is rounded. The
 * amount of one call is a `number`, exact up to 1,000 dollars; sums are `bigint`.
 *
 * In files and messages, an amount is a number of dollars.
 */

const picoDigits = 12;
const picosPerDollar = 1e12;
/** Maximum number of dollars for which `toPicos` is exact. */
const mostOfOneCall = 1_000;

/** Returns the amount of one call in picodollars. Exact for numbers that `toDollars` returned. */
export function toPicos(dollars: number): number {
  return Math.round(dollars * picosPerDollar);
}

/** Returns the nearest number of dollars. It prints as the exact decimal number up to 15 digits. */
export function toDollars(picos: bigint | number): number {
  return Number(picos) / picosPerDollar;
}

/** Returns a decimal number times 10^`digits`, exactly. */
export function scaled(value: number, digits: number): bigint {
  const [, whole = "0", fraction = "", exponent = "0"] =
    /^(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/.exec(String(value)) ?? [];
  const shift = digits + Number(exponent) - fraction.length;
  const read = BigInt(whole + fraction);
  return shift >= 0 ? read * 10n ** BigInt(shift) : roundedDivision(read, 10n ** BigInt(-shift));
}

/** Divides non-negative numbers. Halves are rounded up. */
export function roundedDivision(dividend: bigint, divisor: bigint): bigint {
  return (2n * dividend + divisor) / (2n * divisor);
}

/** Adds amounts in dollars exactly. */
export function sumOfDollars(amounts: readonly number[]): number {
  return toDollars(amounts.reduce((sum, amount) => sum + picosOf(amount), 0n));
}

function picosOf(dollars: number): bigint {
  return dollars < mostOfOneCall ? BigInt(toPicos(dollars)) : scaled(dollars, picoDigits);
}
