/**
 * Tokens per minute, with the same algorithm as for requests: a call takes time in proportion to
 * its tokens. In addition, no call is sent before its tokens fit into the minute that ends with it.
 * Large calls among small ones therefore do not exceed the limit. A call with more tokens than the
 * limit is sent when the minute before it is empty.
 */
import { headroom } from "./headroom.js";
import { fitsAtMs } from "./last-minute.js";
import type { Spending } from "./last-minute.js";

export interface TokenPace {
  readonly tokensPerMinute: number;
  /** Time at which the tokens spent so far have passed. */
  readonly dueAtMs: number;
}

/** Assumed tokens of a call without an estimate. */
export const unknownTokens = 1_000;

export function msOfTokens(tokens: number, tokensPerMinute: number): number {
  return (tokens * 60_000 * headroom) / tokensPerMinute;
}

/** Returns a pace at another rate, with the remaining wait scaled. */
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
 * Returns the time at which a call with this number of tokens may be sent.
 *
 * @param kept tokens reserved for another call that waits for room. The call is never sent if more
 *   than the room is reserved.
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

/** @param slackMs time in ms by which the call could have been sent earlier if slots were nearer */
export function spendTokens(
  pace: TokenPace,
  { atMs, tokens, slackMs = 0 }: { atMs: number; tokens: number; slackMs?: number },
): TokenPace {
  const fromMs = Math.max(pace.dueAtMs, atMs - slackMs);
  return { ...pace, dueAtMs: fromMs + msOfTokens(tokens, pace.tokensPerMinute) };
}

/** Applies the difference between the used and the expected tokens of calls. */
export function settleTokens(pace: TokenPace, tokens: number): TokenPace {
  return { ...pace, dueAtMs: pace.dueAtMs + msOfTokens(tokens, pace.tokensPerMinute) };
}
