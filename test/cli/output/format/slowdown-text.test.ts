import { expect, test } from "vitest";
import type { Slowdown } from "../../../../src/index.js";
import { slowdownSentence, slowdownText } from "../../../../cli/output/format/slowdown-text.js";

const at = (hours: number, minutes: number, seconds: number): number =>
  new Date(2026, 10, 28, hours, minutes, seconds).getTime();

const unreachable: Slowdown = {
  kind: "unreachable",
  host: "api.openai.com",
  reason: "connect ECONNREFUSED",
  sinceMs: at(14, 3, 10),
  nextTryAtMs: at(14, 5, 2),
};
const throttled: Slowdown = {
  kind: "throttled",
  target: "openai/gpt-4o",
  requestsPerMinute: 61.7,
  sinceMs: at(14, 3, 10),
};

test.each<readonly [Slowdown, number, string]>([
  [unreachable, at(14, 4, 0), "api.openai.com unreachable since 14:03:10, next try 14:05:02"],
  [unreachable, at(14, 5, 2), "api.openai.com unreachable since 14:03:10, trying now"],
  [
    { ...unreachable, sinceMs: at(-1, 59, 0) },
    at(14, 4, 0),
    "api.openai.com unreachable since 2026-11-27 23:59:00, next try 14:05:02",
  ],
  [throttled, at(14, 4, 0), "openai/gpt-4o slowed to 62/min by the server's 429s since 14:03:10"],
  [
    { ...throttled, requestsPerMinute: 2.49, heldUntilMs: at(14, 4, 7) },
    at(14, 4, 0),
    "openai/gpt-4o slowed to 2.5/min by the server's 429s since 14:03:10, next call 14:04:07",
  ],
])("%j at %i is %j", (slowdown, nowMs, text) => {
  expect(slowdownText(slowdown, nowMs)).toBe(text);
});

test("the sentence for news does not change with each try", () => {
  const later = { ...unreachable, nextTryAtMs: at(15, 0, 0), reason: "503" };
  expect(slowdownSentence(later)).toBe(slowdownSentence(unreachable));
  expect(slowdownSentence({ ...throttled, requestsPerMinute: 5 })).toBe(
    slowdownSentence(throttled),
  );
});
