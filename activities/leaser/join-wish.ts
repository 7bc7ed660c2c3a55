import { defined } from "../../src/domain/defined.js";
import type { GroupAsk } from "../../src/domain/limit/lease-messages.js";
import { unknownTokens } from "../../src/domain/limit/token-pace.js";
import { currentRatesOf, isNewer } from "../../src/domain/rates/current-rates.js";
import type { AskedWish, Wish } from "./group-ledger.js";

interface Joining {
  /** Makes a request with the group's counts and no wanted slots. */
  readonly askOf: (wish: AskedWish) => GroupAsk;
  /** Returns the number of slots to ask for. */
  readonly wantedOf: (wish: Wish) => number;
}

/** Joins a wish to the request of its group in the same update, if there is one. */
export function joinWish(known: GroupAsk | undefined, wish: Wish, joining: Joining): GroupAsk {
  return { ...joined(known, wish, joining), ...tokensOf(known, wish, joining) };
}

/**
 * If the rates of two wishes were changed equally often, the rates of a wave count, because it
 * knows the group's current state.
 */
function joined(known: GroupAsk | undefined, wish: Wish, { askOf, wantedOf }: Joining): GroupAsk {
  const wanted = (known?.wanted ?? 0) + wantedOf(wish);
  if (!known || known.wanted === 0) {
    return { ...askOf(wish), wanted, ...(wish.urgent && { retriesOnly: true }) };
  }
  const priority = Math.min(known.priority, wish.priority);
  const { retriesOnly = false } = known;
  const counts = wish.urgent ? isNewer(wish, known) : !isNewer(known, wish);
  const rates = currentRatesOf(counts ? wish : known);
  const { group } = wish;
  const more = defined({ more: moreAfter(known, wish) });
  const ask = { ...askOf({ group, ...rates, priority, ...more }), wanted };
  return retriesOnly && wish.urgent ? { ...ask, retriesOnly } : ask;
}

/** Returns the average tokens of all calls that a group wants. */
function tokensOf(
  known: GroupAsk | undefined,
  wish: Wish,
  { wantedOf }: Joining,
): Pick<GroupAsk, "tokens"> {
  if (known?.tokens === undefined && wish.tokens === undefined) return {};
  const before = known?.wanted ?? 0;
  const added = wantedOf(wish);
  const sum = before * (known?.tokens ?? unknownTokens) + added * (wish.tokens ?? unknownTokens);
  return { tokens: sum / (before + added) };
}

/** True if the group has more records. A wave knows this; a retry does not. */
function moreAfter(known: GroupAsk, { urgent, more }: Wish): boolean | undefined {
  return urgent ? known.more : (more ?? known.more);
}
