import { expect, test } from "vitest";
import { inInputOrder } from "../../../src/storage/index/input-order.js";
import { prepareRun } from "../../../src/storage/run/prepare-run.js";
import { openFilesBelow } from "../../helpers/open-files.js";
import { context, inputOf, recordLine } from "../run/prepared-run.js";

test("the lines of 300 groups come in the input's order, with few files open", async () => {
  const lines = Array.from({ length: 900 }, (_, id) =>
    recordLine(id, { group: `g${((id * 7) % 300).toString()}` }),
  );
  const input = inputOf(lines, { groupRates: [] });
  const { directory, groups } = await prepareRun(input, context);
  const slugs = groups.map(({ slug }) => slug);
  expect(slugs).toHaveLength(300);
  const seen: number[] = [];
  let mostOpen = 0;
  for await (const { entry } of inInputOrder(directory, slugs)) {
    seen.push(entry.line);
    mostOpen = Math.max(mostOpen, openFilesBelow(directory));
  }
  expect(seen).toEqual(lines.map((_, index) => index + 1));
  expect(mostOpen).toBeLessThanOrEqual(32);
  expect(openFilesBelow(directory)).toBe(0);
});
