/**
 * The calls of a limit within the last minute, oldest first. Each entry contains calls of one
 * second, which count as evenly spaced and of equal tokens.
 */
export interface Spending {
  readonly firstAtMs: number;
  readonly lastAtMs: number;
  readonly calls: number;
  readonly tokens: number;
}

const entryMs = 1_000;
/**
 * Maximum number of entries for calls of one second whose tokens differ. Entries of single calls
 * would make the state of a fast limit larger than the 2 MiB that Temporal accepts.
 */
const mostASecond = 16;
/**
 * Length of the window in ms. It is a thousandth longer than a minute, like the distance of slots,
 * because a call may be later than its slot.
 */
const windowMs = 60_060;

/** Adds a call at its slot's time. Modifies `spent` in place, because it runs for every slot. */
export function noteSpending(spent: Spending[], atMs: number, tokens: number): void {
  const index = spent.findLastIndex(({ firstAtMs }) => firstAtMs <= atMs);
  const known = spent[index];
  const isNear = (entry: Spending | undefined): boolean =>
    entry !== undefined && atMs - entry.firstAtMs < entryMs;
  const isCrowded = isNear(spent[index - mostASecond + 1]);
  if (known && isNear(known) && (isCrowded || isAlike(known, tokens))) {
    spent[index] = {
      firstAtMs: known.firstAtMs,
      lastAtMs: Math.max(known.lastAtMs, atMs),
      calls: known.calls + 1,
      tokens: known.tokens + tokens,
    };
  } else {
    spent.splice(index + 1, 0, { firstAtMs: atMs, lastAtMs: atMs, calls: 1, tokens });
  }
}

function isAlike({ calls, tokens }: Spending, ofOne: number): boolean {
  return calls > 0 && Math.abs(tokens / calls - ofOne) < 0.01;
}

export function withinMinute(spent: readonly Spending[], nowMs: number): readonly Spending[] {
  return spent.filter(({ lastAtMs }) => lastAtMs > nowMs - windowMs);
}

/** Applies lapsed calls, and the difference to the expected tokens, the latest calls first. */
export function correctSpending(
  spent: readonly Spending[],
  { lapsed, tokens }: { readonly lapsed: number; readonly tokens: number },
): readonly Spending[] {
  if (lapsed === 0 && tokens === 0) return spent;
  let calls = lapsed;
  let rest = tokens;
  const corrected: Spending[] = [];
  for (const entry of [...spent].reverse()) {
    const fewer = Math.min(entry.calls, calls);
    const change = Math.max(-entry.tokens, rest);
    calls -= fewer;
    rest -= change;
    corrected.push({ ...entry, calls: entry.calls - fewer, tokens: entry.tokens + change });
  }
  return corrected.reverse();
}

/** Returns the earliest time at which the minute before contains at most `room` tokens. */
export function fitsAtMs(spent: readonly Spending[], room: number): number {
  let left = room;
  for (let index = spent.length - 1; index >= 0; index -= 1) {
    const entry = spent[index];
    if (!entry) break;
    if (entry.tokens > left) return lastToLeave(entry, left) + windowMs;
    left -= entry.tokens;
  }
  return -Infinity;
}

/**
 * Returns the latest call of an entry that must be older than a minute, so that at most `room` of
 * the entry's tokens remain.
 */
function lastToLeave({ firstAtMs, lastAtMs, calls, tokens }: Spending, room: number): number {
  if (calls <= 1) return lastAtMs;
  const staying = Math.floor((room / tokens) * calls + 1e-6);
  return firstAtMs + ((lastAtMs - firstAtMs) * (calls - staying - 1)) / (calls - 1);
}

/** Returns the calls and tokens that were sent in the minute before `nowMs`. */
export function usedInMinute(
  spent: readonly Spending[],
  nowMs: number,
): { readonly calls: number; readonly tokens: number } {
  let calls = 0;
  let tokens = 0;
  for (const entry of spent) {
    if (entry.lastAtMs <= nowMs - 60_000 || entry.firstAtMs > nowMs) continue;
    const span = Math.max(1, entry.lastAtMs - entry.firstAtMs);
    const ahead = Math.max(0, entry.lastAtMs - nowMs) / span;
    const past = Math.max(0, nowMs - 60_000 - entry.firstAtMs) / span;
    const share = Math.max(0, 1 - ahead - past);
    calls += entry.calls * share;
    tokens += entry.tokens * share;
  }
  return { calls: Math.round(calls), tokens: Math.round(tokens) };
}
