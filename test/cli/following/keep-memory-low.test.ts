import { expect, test } from "vitest";
import { keepMemoryLow } from "../../../cli/following/keep-memory-low.js";

test("what nobody refers to is collected at once", async () => {
  const kept = { large: new Array<number>(100_000).fill(1) };
  const dropped = new WeakRef({ large: new Array<number>(100_000).fill(2) });
  // A weak reference keeps its object until the present job ends.
  await new Promise((resolve) => setTimeout(resolve, 0));
  keepMemoryLow();
  expect(dropped.deref()).toBeUndefined();
  expect(kept.large).toHaveLength(100_000);
});
