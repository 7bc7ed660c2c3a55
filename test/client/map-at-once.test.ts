import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { mapAtOnce } from "../../src/client/map-at-once.js";

test("a slow item holds up no other, and results come in the order of the items", async () => {
  const items = Array.from({ length: 50 }, (_, index) => index);
  let finishFirst: () => void = () => undefined;
  const lastHasRun = new Promise<void>((resolve) => (finishFirst = resolve));
  let open = 0;
  let most = 0;
  const results = await mapAtOnce(items, async (item) => {
    open += 1;
    most = Math.max(most, open);
    if (item === 0) await lastHasRun;
    else await sleep(1);
    if (item === 49) finishFirst();
    open -= 1;
    return item * 2;
  });
  expect(results).toEqual(items.map((item) => item * 2));
  expect(most).toBe(20);
});
