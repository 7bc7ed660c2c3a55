const firstMs = 1_000;
const mostMs = 60_000;

/**
 * Returns the wait in ms after the failed call number `attempt` (from 1), if the server names no
 * time: 1 s, doubled with each call up to 60 s. `random` (0 to 1) removes at most half of it, so
 * that calls that failed together are not retried together.
 */
export function backoffMs(attempt: number, random: number): number {
  const wholeMs = Math.min(mostMs, firstMs * 2 ** Math.max(0, attempt - 1));
  return Math.round(wholeMs * (0.5 + random / 2));
}
