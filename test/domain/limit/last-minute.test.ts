import { expect, test } from "vitest";
import { usedInMinute } from "../../../src/domain/limit/last-minute.js";
import { lease } from "../../../src/domain/limit/lease.js";
import type { GroupAsk } from "../../../src/domain/limit/lease-messages.js";
import { instantsOf } from "../../../src/domain/limit/slots.js";
import { emptyLimit } from "../../../src/domain/limit/state.js";
import { mostTokensInAnyMinute, shareUsed, start } from "./limit-simulation.js";
import type { SimulatedCall } from "./limit-simulation.js";

const tokensPerMinute = 11_700_000;
const tokensOf: Readonly<Record<string, number>> = { short: 300, long: 600 };

function asks(): GroupAsk[] {
  return Object.entries(tokensOf).map(([group, tokens]) => {
    const rates = { requestsPerMinute: 60_000, tokensPerMinute };
    return { group, ...rates, tokens, priority: 3, wanted: 2_000, claimed: 0, running: 0 };
  });
}

test("26,000 calls a minute of groups that take turns fit into one message of Temporal, within the limit", () => {
  let state = emptyLimit;
  const calls: SimulatedCall[] = [];
  let dueAtMs = start;
  for (let nowMs = start; nowMs < start + 90_000; nowMs += 1) {
    if (nowMs < dueAtMs) continue;
    const [next, answer] = lease(state, { process: "worker", asks: asks() }, nowMs);
    state = next;
    dueAtMs = Math.max(nowMs + 1, answer.askAgainAtMs);
    for (const { group, slots } of answer.grants) {
      for (const atMs of instantsOf(slots)) calls.push({ group, atMs, tokens: tokensOf[group]! });
    }
  }
  calls.sort((one, other) => one.atMs - other.atMs);
  expect(JSON.stringify(state).length).toBeLessThan(200_000);
  expect(mostTokensInAnyMinute(calls)).toBeLessThanOrEqual(tokensPerMinute);
  expect(shareUsed(calls, tokensPerMinute, [start, start + 80_000])).toBeGreaterThan(0.98);
  const used = usedInMinute(state.lastMinute, start + 90_000);
  const sent = calls.filter(({ atMs }) => atMs > start + 30_000 && atMs <= start + 90_000);
  expect(Math.abs(used.calls - sent.length)).toBeLessThan(100);
});
