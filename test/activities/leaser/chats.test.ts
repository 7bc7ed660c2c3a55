import { expect, test } from "vitest";
import { middleUse, mostInAMinute, simulateChats } from "./chats-simulation.js";

test("chats use a limit in full while enough of them are left", async () => {
  // 100 calls are in flight at 600 a minute and 10 s; 300 chats of 4 turns are 1,200 calls, in two
  // minutes at best.
  const { sentAtMs, endedAtMs, mostOpen, late } = await simulateChats({
    chats: 300,
    turns: 4,
    requestsPerMinute: 600,
    latencyMs: (call) => 9_000 + ((call * 7_919) % 100) * 20,
  });
  expect(sentAtMs).toHaveLength(1_200);
  expect(endedAtMs).toHaveLength(300);
  expect(middleUse(sentAtMs, 600)).toBeGreaterThan(0.98);
  expect(mostInAMinute(sentAtMs)).toBeLessThanOrEqual(601);
  expect(mostOpen).toBeLessThanOrEqual(2 * 100 + 30);
  expect(late).toBe(0);
}, 120_000);
