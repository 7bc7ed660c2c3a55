import { expect, test } from "vitest";
import { shortenedBy } from "../../../src/domain/record/shortened.js";

test.each([
  ["length", "cut"],
  ["max_tokens", "cut"],
  ["MAX_TOKENS", "cut"],
  ["content_filter", "withheld"],
  ["refusal", "withheld"],
  ["SAFETY", "withheld"],
  ["stop", undefined],
  ["end_turn", undefined],
  // A chat, and a chat with several choices per turn.
  [["stop", "length"], "cut"],
  [["length", "refusal"], "withheld"],
  [[["stop", "length"], ["stop"]], "cut"],
  [null, undefined],
  [undefined, undefined],
  [7, undefined],
] as const)("the finish reason %j means %j", (reason, shortened) => {
  expect(shortenedBy(reason)).toBe(shortened);
});
