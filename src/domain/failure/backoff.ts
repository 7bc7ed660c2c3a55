const firstMs = 1_000;
const mostMs = 60_000;

/**
 * How long to wait after the failed call number `attempt` (from 1) where the server names no time: 1 s, doubled with
 * each call up to 60 s, of which `random` (0 to 1) takes away at most half, so that what failed together returns apart.
 */
export function backoffMs(attempt: number, random: number): number {
  const wholeMs = Math.min(mostMs, firstMs * 2 ** Math.max(0, attempt - 1));
  return Math.round(wholeMs * (0.5 + random / 2));
}
