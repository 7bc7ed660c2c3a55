import { expect, it } from "vitest";
import { readMaxCost, writeMaxCost } from "../../../src/storage/budget/max-cost.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";

// Only the sum of the settings is read.
const manifest = { settings: { maxCost: 5 } } as Parameters<typeof readMaxCost>[1];

it("keeps the sum of the latest change, in whatever order the changes are written", async () => {
  const folder = temporaryFolder();
  expect(await readMaxCost(folder, manifest)).toBe(5);
  await Promise.all([
    writeMaxCost(folder, { maxCost: 0.7, change: 2 }),
    writeMaxCost(folder, { maxCost: 0.6, change: 1 }),
  ]);
  expect(await readMaxCost(folder, manifest)).toBe(0.7);
  await writeMaxCost(folder, { maxCost: 0.4, change: 3 });
  expect(await readMaxCost(folder, manifest)).toBe(0.4);
});

it("takes over the sum of a version that did not count changes", async () => {
  const folder = temporaryFolder();
  await writeMaxCost(folder, { maxCost: 2, change: 1 });
  await writeMaxCost(folder, { maxCost: 3 });
  expect(await readMaxCost(folder, manifest)).toBe(3);
  await writeMaxCost(folder, { maxCost: 4, change: 2 });
  expect(await readMaxCost(folder, manifest)).toBe(4);
});
