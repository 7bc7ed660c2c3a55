import { unknownTokens } from "../../src/domain/limit/token-pace.js";
import type { Wish } from "./group-ledger.js";
import type { Leaser } from "./leaser.js";

/** What a slot that a wish was just given is counted for; nothing where tokens are not limited. */
export function countedTokens(
  leaser: Leaser,
  { tokens = unknownTokens }: Pick<Wish, "tokens">,
): { readonly tokens?: number } {
  return leaser.tokensPerMinute() === undefined ? {} : { tokens };
}
