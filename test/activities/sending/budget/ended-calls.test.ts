import { expect, test } from "vitest";
import { Budget } from "../../../../activities/sending/budget/budget.js";

test("the money of the last call is given back, though no other call asks for money", async () => {
  const written: number[] = [];
  let spent = 0;
  const budget = new Budget({
    maxCost: async () => 1,
    spent: async () => spent,
    reserved: {
      write: async (dollars) => {
        written.push(dollars);
      },
      others: async () => 0,
      close: async () => undefined,
    },
  });
  const reservation = await budget.reserve(() => 0.5);
  if ("status" in reservation) throw new Error("There is room for the call.");
  expect(written.at(-1)).toBe(0.5);
  spent = 0.5;
  reservation.end(0.5);
  await expect.poll(() => written.at(-1)).toBe(0);
  await budget.close();
});
