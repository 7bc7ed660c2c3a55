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

test("1,000 groups of 1 to 40 lines, and one of 5,000, are merged line by line", async () => {
  const sizes = [5_000, ...Array.from({ length: 999 }, (_, group) => 1 + (group % 40))];
  // The lines of a group are spread over the file at its own distance.
  const places = sizes.flatMap((size, group) =>
    Array.from({ length: size }, (_, index) => ({ group, at: (index + 0.5) / size })),
  );
  places.sort((one, other) => one.at - other.at || one.group - other.group);
  const lines = places.map(({ group }, id) => recordLine(id, { group: `g${group.toString()}` }));
  const { directory, groups } = await prepareRun(inputOf(lines, { groupRates: [] }), context);
  const seen: { slug: string; line: number }[] = [];
  for await (const { slug, entry } of inInputOrder(
    directory,
    groups.map((group) => group.slug),
  )) {
    seen.push({ slug, line: entry.line });
  }
  expect(seen).toEqual(
    places.map(({ group }, index) => ({ slug: `g${group.toString()}`, line: index + 1 })),
  );
});
