import { describe, expect, test } from "vitest";
import { callNumber, firstKeyNumber } from "../../../src/domain/journal/call-key.js";

describe("the number of a call", () => {
  test("is the turn of a chat", () => {
    expect([0, 1, 65_534].map(callNumber)).toEqual([0, 1, 65_534]);
  });

  test("has 48 bits above the turns for a key, always the same", () => {
    const key = "gpt4#9f3c/0";
    const number = callNumber(key);
    expect(callNumber(key)).toBe(number);
    expect(Number.isSafeInteger(number)).toBe(true);
    expect(number).toBeGreaterThanOrEqual(firstKeyNumber);
    expect(number).toBeLessThan(2 ** 48);
  });

  test("differs for 300,000 keys that differ by one character", () => {
    // The chance of a pair among these is below 0.0002: 300,000 squared, halved, over 2^48. Of a
    // number with 32 bits there would be ten pairs.
    const count = 300_000;
    const numbers = new Set(
      Array.from({ length: count }, (_, index) => callNumber(`step#0123456789abcdef/${index}`)),
    );
    expect(numbers.size).toBe(count);
  });
});
