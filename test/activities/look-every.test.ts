import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { lookEvery } from "../../activities/look-every.js";

test("a look that takes long has no other one beside it, and an error does not end the looks", async () => {
  let looks = 0;
  let underWay = 0;
  let most = 0;
  const errors: unknown[] = [];
  // The third look ends the looks while it is under way.
  const stop = lookEvery(
    5,
    async () => {
      looks += 1;
      if (looks === 3) stop();
      underWay += 1;
      most = Math.max(most, underWay);
      await sleep(30);
      underWay -= 1;
      if (looks === 1) throw new Error("ESTALE");
    },
    (error) => errors.push(error),
  );
  await expect.poll(() => looks).toBe(3);
  await sleep(60);
  expect({ looks, most }).toEqual({ looks: 3, most: 1 });
  expect(errors).toEqual([new Error("ESTALE")]);
});
