import type { TokenCounts } from "../tokens/token-counts.js";
import { sumOfDollars, toDollars, toPicos } from "./money.js";

/** Tokens of calls by their kind. `input` and `output` include their parts. */
export type TokenSums = Readonly<Record<TokenKind, number>>;

export const tokenKinds = ["input", "cachedInput", "cacheWrite", "output", "reasoning"] as const;
type TokenKind = (typeof tokenKinds)[number];

/** The spending on one answered call. */
export interface Spend {
  /** Cost in dollars; `null` if the price or the tokens are unknown. */
  readonly cost: number | null;
  readonly tokens: TokenSums;
  /** True if an earlier run paid for the answer. @default false */
  readonly reused?: true;
}

/** The spending on many calls. */
export interface Spending {
  /** Cost in dollars of the calls with a known price. */
  readonly cost: number;
  /** Number of answered calls with an unknown price. They are not in `cost`. */
  readonly unknownCalls: number;
  /** Dollars that reused answers would have cost. */
  readonly saved: number;
  readonly tokens: TokenSums;
}

const noTokens: TokenSums = { input: 0, cachedInput: 0, cacheWrite: 0, output: 0, reasoning: 0 };

function tokenSums({ input, output, ...parts }: TokenCounts): TokenSums {
  const { cachedInput = 0, cacheWrite = 0, reasoning = 0 } = parts;
  return { input, cachedInput, cacheWrite, output, reasoning };
}

export function spendOf(cost: number | undefined, counts: TokenCounts | undefined): Spend {
  return { cost: cost ?? null, tokens: counts ? tokenSums(counts) : noTokens };
}

/** Returns the spending on an answer that is reused from an earlier run. */
export function reusedSpend(cost: number): Spend {
  return { cost, tokens: noTokens, reused: true };
}

/**
 * Returns the cost of several calls: `null` if the cost of any call is unknown, `undefined` if no
 * call was answered.
 */
export function sumOfCosts(
  costs: readonly (number | null | undefined)[],
): number | null | undefined {
  const told = costs.filter((cost) => cost !== undefined);
  if (told.length === 0) return undefined;
  const known = told.filter((cost) => cost !== null);
  return known.length === told.length ? sumOfDollars(known) : null;
}

/** Sums up the spending on calls, one by one. */
export class SpendingTally {
  #cost = 0n;
  #saved = 0n;
  #unknownCalls = 0;
  #count = 0;
  readonly #tokens: Record<TokenKind, number> = { ...noTokens };

  add({ cost, tokens, reused }: Spend): void {
    this.#count += 1;
    if (cost === null) this.#unknownCalls += 1;
    else if (reused === true) this.#saved += BigInt(toPicos(cost));
    else this.#cost += BigInt(toPicos(cost));
    for (const kind of tokenKinds) this.#tokens[kind] += tokens[kind];
  }

  /** Number of calls. */
  get count(): number {
    return this.#count;
  }

  sums(): Spending {
    return {
      cost: toDollars(this.#cost),
      unknownCalls: this.#unknownCalls,
      saved: toDollars(this.#saved),
      tokens: { ...this.#tokens },
    };
  }
}

/** Returns the spending of several groups or runs together. */
export function sumOfSpending(parts: readonly Spending[]): Spending {
  const tokensOf = (kind: TokenKind): number =>
    parts.reduce((sum, { tokens }) => sum + tokens[kind], 0);
  return {
    cost: sumOfDollars(parts.map(({ cost }) => cost)),
    unknownCalls: parts.reduce((sum, { unknownCalls }) => sum + unknownCalls, 0),
    saved: sumOfDollars(parts.map(({ saved }) => saved)),
    tokens: {
      input: tokensOf("input"),
      cachedInput: tokensOf("cachedInput"),
      cacheWrite: tokensOf("cacheWrite"),
      output: tokensOf("output"),
      reasoning: tokensOf("reasoning"),
    },
  };
}

/**
 * Returns the dollars for the calls with a known price; `undefined` if there are calls and none has
 * a known price.
 */
export function knownCost({ cost, unknownCalls }: Spending): number | undefined {
  return cost === 0 && unknownCalls > 0 ? undefined : cost;
}

/**
 * Returns the spending, or `undefined` if it has no cost, no savings and no calls without a price.
 */
export function unlessNone(spending: Spending): Spending | undefined {
  const { cost, saved, unknownCalls, tokens } = spending;
  return cost + saved + unknownCalls + tokens.input + tokens.output > 0 ? spending : undefined;
}
