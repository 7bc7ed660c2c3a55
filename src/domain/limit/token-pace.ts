/**
 * Tokens a minute: the same algorithm as for requests, in which a call takes as much time as its tokens do. On top of
 * that no call goes before its tokens fit into the minute that ends with it, so that large calls among small ones don't
 * exceed the limit either. A call that is larger than the minute's tokens goes when the minute before it is empty.
 */
import { fitsAtMs } from "./last-minute.js";
import type { Spending } from "./last-minute.js";

export interface TokenPace {
  readonly tokensPerMinute: number;
  /** When what was spent so far has had its time. */
  readonly dueAtMs: number;
}

/** What a call is taken to use where nobody has an estimate. */
export const unknownTokens = 1_000;

const headroom = 1.001;

export function msOfTokens(tokens: number, tokensPerMinute: number): number {
  return (tokens * 60_000 * headroom) / tokensPerMinute;
}

/** A pace at another rate: what is still to be waited for takes more time, or less. */
export function paceAt(
  pace: TokenPace | undefined,
  tokensPerMinute: number,
  nowMs: number,
): TokenPace {
  if (!pace) return { tokensPerMinute, dueAtMs: -1 };
  if (pace.tokensPerMinute === tokensPerMinute) return pace;
  const aheadMs = Math.max(0, pace.dueAtMs - nowMs);
  const dueAtMs = nowMs + (aheadMs * pace.tokensPerMinute) / tokensPerMinute;
  return { tokensPerMinute, dueAtMs };
}

/**
 * When a call of so many tokens may go.
 *
 * @param kept tokens that others keep free for a call that waits for room; with more than the room there is, never
 */
export function tokensDueAt(
  { tokensPerMinute, dueAtMs }: TokenPace,
  spent: readonly Spending[],
  { tokens, kept = 0 }: { readonly tokens: number; readonly kept?: number },
): number {
  const room = tokensPerMinute - tokens - kept;
  if (kept > 0 && room < 0) return Infinity;
  return Math.max(dueAtMs, fitsAtMs(spent, Math.max(0, room)));
}

/** @param slackMs how much earlier it could have gone, had slots been nearer to one another */
export function spendTokens(
  pace: TokenPace,
  { atMs, tokens, slackMs = 0 }: { atMs: number; tokens: number; slackMs?: number },
): TokenPace {
  const fromMs = Math.max(pace.dueAtMs, atMs - slackMs);
  return { ...pace, dueAtMs: fromMs + msOfTokens(tokens, pace.tokensPerMinute) };
}

/** Tokens that calls have used more than was expected of them, or fewer. */
export function settleTokens(pace: TokenPace, tokens: number): TokenPace {
  return { ...pace, dueAtMs: pace.dueAtMs + msOfTokens(tokens, pace.tokensPerMinute) };
}
