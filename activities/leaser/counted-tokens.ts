import { unknownTokens } from "../../src/domain/limit/token-pace.js";
import type { Wish } from "./group-ledger.js";
import type { Leaser } from "./leaser.js";

/** Returns the tokens that each slot of a wish was counted for; empty if tokens are not limited. */
export function countedTokens(
  leaser: Leaser,
  { tokens = unknownTokens }: Pick<Wish, "tokens">,
): { readonly tokens?: number } {
  return leaser.tokensPerMinute() === undefined ? {} : { tokens };
}
