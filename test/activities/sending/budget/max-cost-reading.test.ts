import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { Budget } from "../../../../activities/sending/budget/budget.js";

it("reads the maximum cost once for calls that ask together, and again half a second later", async () => {
  let reads = 0;
  const budget = new Budget({
    maxCost: async () => {
      reads += 1;
      await sleep(5);
      return reads === 1 ? undefined : 3;
    },
    spent: () => Promise.resolve(0),
    reserved: {
      write: () => Promise.resolve(),
      others: () => Promise.resolve(0),
      close: () => Promise.resolve(),
    },
  });
  const ask = async (): Promise<readonly boolean[]> =>
    Promise.all(Array.from({ length: 20 }, async () => budget.isLimited()));
  expect(await ask()).toEqual(Array.from({ length: 20 }, () => false));
  expect(reads).toBe(1);
  await sleep(550);
  expect(await ask()).toEqual(Array.from({ length: 20 }, () => true));
  expect(reads).toBe(2);
});
