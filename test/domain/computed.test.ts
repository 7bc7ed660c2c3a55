import { expect, test } from "vitest";
import { computed, computedOnce } from "../../src/domain/computed.js";

test("a value is made at the first use of its key", () => {
  const known = new Map<string, number[]>();
  let made = 0;
  const make = (): number[] => {
    made += 1;
    return [made];
  };
  const first = computed(known, "a", make);
  expect(computed(known, "a", make)).toBe(first);
  expect(computed(known, "b", make)).toEqual([2]);
});

test("a promise that fails is made anew, one that succeeds is kept", async () => {
  const known = new Map<string, Promise<number>>();
  let tries = 0;
  const make = async (): Promise<number> => {
    tries += 1;
    if (tries === 1) throw new Error("not yet");
    return tries;
  };
  await expect(computedOnce(known, "a", make)).rejects.toThrow("not yet");
  expect(await computedOnce(known, "a", make)).toBe(2);
  expect(await computedOnce(known, "a", make)).toBe(2);
});
