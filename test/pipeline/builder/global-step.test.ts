import { expect, test } from "vitest";
import { z } from "zod";
import { globalStep } from "../../../src/pipeline/builder/index.js";
import type { Step } from "../../../src/pipeline/builder/index.js";
import { functionMark } from "../../../src/pipeline/code/user-function.js";

const reads = z.object({ n: z.number() });
const writes = z.object({ sum: z.number() });

async function* numbers(...all: readonly unknown[]): AsyncGenerator {
  for (const n of all) yield { n, other: "kept" };
}

/** Calls a step's function as its thread does: with one iterable, or with a list of several. */
async function madeBy<Reads, Writes>(
  step: Step<Reads, Writes>,
  given: unknown,
): Promise<readonly unknown[]> {
  // The thread knows no types either.
  const call = step[functionMark]?.call as (given: unknown, parameters: object) => unknown;
  const made: unknown[] = [];
  // It is a generator here.
  for await (const row of call(given, {}) as AsyncIterable<unknown>) made.push(row);
  return made;
}

const sums = globalStep({ name: "sums", reads, writes }, async function* (rows) {
  let sum = 0;
  for await (const row of rows) yield { ...row, sum: (sum += row.n) };
});

test("a global step gets the rows of one step, or of several behind one another, with all columns", async () => {
  expect(await madeBy(sums, numbers(1, 2))).toEqual([
    { n: 1, other: "kept", sum: 1 },
    { n: 2, other: "kept", sum: 3 },
  ]);
  expect(await madeBy(sums, [numbers(1), numbers(5)])).toEqual([
    { n: 1, other: "kept", sum: 1 },
    { n: 5, other: "kept", sum: 6 },
  ]);
});

test("one with `several` gets a list, also of one", async () => {
  const each = globalStep({ name: "each", reads, writes, several: true }, async function* (inputs) {
    for (const rows of inputs) {
      let sum = 0;
      for await (const { n } of rows) sum += n;
      yield { sum };
    }
  });
  expect(await madeBy(each, [numbers(1, 2), numbers(5)])).toEqual([{ sum: 3 }, { sum: 5 }]);
  expect(await madeBy(each, numbers(1, 2))).toEqual([{ sum: 3 }]);
});

test("rows that do not fit its schemas fail it, by step and column", async () => {
  await expect(madeBy(sums, numbers("x"))).rejects.toThrow(
    'The step "sums" can\'t read the column "n".',
  );
});
