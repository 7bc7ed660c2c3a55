import { expect, test } from "vitest";
import { endingText } from "../../../src/local-server/worker/tell-ending.js";

const now = 1_000_000;

test.each([
  [[{ calls: 0, endsByMs: 0 }], undefined],
  [[], undefined],
  [[{ calls: 1, endsByMs: now + 60_000 }], "Waiting for 1 call in flight, 60 s at most."],
  [
    [
      { calls: 2, endsByMs: now + 10_500 },
      { calls: 1, endsByMs: now + 299_100 },
    ],
    "Waiting for 3 calls in flight, 300 s at most.",
  ],
  [[{ calls: 4, endsByMs: now - 2_000 }], "Waiting for 4 calls in flight, 1 s at most."],
])("%j is told as %s", (endings, text) => {
  const workers = endings.map((ending) => ({ ending }));
  expect(endingText(workers, now)).toBe(text);
});
