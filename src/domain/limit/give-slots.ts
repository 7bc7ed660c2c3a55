/**
 * Gives the slots of one lease to its groups, in the order of time.
 *
 * Each slot goes to a group whose own rates allow it: by priority, then to the group with the
 * oldest last slot. A slot that a group with a higher priority will ask for soon, in this process
 * or another, stays free. If tokens are limited, a slot's time is that at which the tokens of the
 * next call are available.
 */
import { Giver } from "./giver.js";
import type { Given } from "./giver.js";
import { giveKnown, giveNew } from "./offering.js";
import { nearestMs } from "./round.js";
import type { Round } from "./round.js";
import { reachOf, shareOf } from "./sharing.js";
import type { Sharing } from "./sharing.js";
import { slowedUntil } from "./slowing/slowing.js";
import { appendRun, countSlots, slotsFrom } from "./slots.js";
import type { SlotRun } from "./slots.js";
import { horizonMs, leadMs } from "./state.js";

export function giveSlots(round: Round): Given {
  const { state, candidates, interval, nowMs } = round;
  const giver = new Giver(round);
  const earliestMs = Math.max(nowMs + nearestMs, slowedUntil(state.slowing));
  const known = slotsFrom(state.freeSlots, earliestMs);
  const newAtMs = Math.max(earliestMs, (state.lastSlotAtMs ?? -Infinity) + interval);
  const firstAtMs = Math.max(known[0]?.firstAtMs ?? newAtMs, giver.tokensLetGoAt());
  const sharing = sharingOf(round);
  if (candidates.length === 0) return giver.result(state.lastSlotAtMs, known);
  if (firstAtMs > nowMs + reachOf(sharing)) {
    giver.keepRoomForTurn();
    giver.needAgain(firstAtMs - leadMs);
    return giver.result(state.lastSlotAtMs, known);
  }
  const endMs = nowMs + horizonMs;
  const room = countSlots(known) + Math.max(0, Math.ceil((endMs - newAtMs) / interval));
  giver.share = shareOf(sharing, Math.min(room, giver.roomForTokens(firstAtMs)));
  const free = giveKnown(giver, known, endMs);
  const { lastSlotAtMs, skipped } = giveNew(giver, { firstAtMs: newAtMs, interval, endMs });
  const left = skipped.reduce<SlotRun[]>(appendRun, free);
  const atMs = lastSlotAtMs ?? state.lastSlotAtMs;
  const nextAtMs = left[0]?.firstAtMs ?? Math.max(newAtMs, (atMs ?? 0) + interval);
  giver.noteWhenMore(nextAtMs);
  return giver.result(atMs, left);
}

function sharingOf({ state, request, candidates, nowMs }: Round): Sharing {
  const priority = Math.min(...candidates.map(({ ask }) => ask.priority));
  return { state, process: request.process, groups: candidates.length, priority, nowMs };
}
